{{- /* What the charts of workers share. Workers are StatefulSets: a certificate names the worker, so its name must be known before it runs. */}}

{{- define "sealflow.worker.orchestrator" -}}
{{- if .Values.orchestrator.address -}}
{{- .Values.orchestrator.address -}}
{{- else if (((.Values.global).sealflow).inRelease) -}}
{{- printf "%s.%s.svc:7443" (ternary .Release.Name (printf "%s-orchestrator" .Release.Name) (contains "orchestrator" .Release.Name)) .Release.Namespace -}}
{{- end -}}
{{- end }}

{{- define "sealflow.worker.confidential" -}}
{{- if ne .Values.tee.provider "none" }}true{{ end -}}
{{- end }}

{{- define "sealflow.worker.runtimeClass" -}}
{{- $tee := .Values.tee -}}
{{- if $tee.runtimeClassName -}}
{{- $tee.runtimeClassName -}}
{{- else if eq $tee.provider "contrast" -}}
contrast-cc
{{- else if eq $tee.provider "coco" -}}
{{- if eq $tee.cpu "coco-dev" -}}
kata-qemu-coco-dev
{{- else -}}
{{- printf "kata-qemu%s-%s" (ternary "-nvidia-gpu" "" $tee.gpu.enabled) $tee.cpu -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "sealflow.worker.guards" -}}
{{- include "sealflow.guards" . -}}
{{- include "sealflow.guards.pod" . -}}
{{- $v := .Values -}}
{{- $tee := $v.tee -}}
{{- if not (include "sealflow.worker.orchestrator" .) -}}
{{- include "sealflow.refuse" (dict "key" "orchestrator.address" "got" "nothing" "want" "host:port of the orchestrator that this worker dials") -}}
{{- end -}}
{{- if and (or (eq $tee.provider "none") (eq $tee.cpu "coco-dev")) (not $v.allowInsecure) -}}
{{- include "sealflow.refuse" (dict "key" (ternary "tee.provider" "tee.cpu" (eq $tee.provider "none")) "got" (ternary "none" "coco-dev" (eq $tee.provider "none")) "want" "confidential hardware (allowInsecure: true takes simulated hardware, of which every verdict says so)") -}}
{{- end -}}
{{- if and (eq $tee.provider "none") (not $tee.simulation.existingSecret) -}}
{{- include "sealflow.refuse" (dict "key" "tee.simulation.existingSecret" "got" "nothing" "want" "a Secret with simulation.json and machine.key") -}}
{{- end -}}
{{- if and (has $tee.provider (list "dstack" "tsm")) (not $tee.hostAccess) -}}
{{- include "sealflow.refuse" (dict "key" "tee.hostAccess" "got" "false" "want" (printf "true: provider %s reads its quotes from the node, which is the guest then" $tee.provider)) -}}
{{- end -}}
{{- if and $tee.hostAccess (not (has $tee.provider (list "dstack" "tsm"))) -}}
{{- include "sealflow.refuse" (dict "key" "tee.hostAccess" "got" "true" "want" (printf "false: provider %s has no use for the node" $tee.provider)) -}}
{{- end -}}
{{- if and (eq (include "sealflow.worker.runtimeClass" .) "kata-qemu-nvidia-gpu") (not $v.allowInsecure) -}}
{{- include "sealflow.refuse" (dict "key" "tee.runtimeClassName" "got" "kata-qemu-nvidia-gpu" "want" "kata-qemu-nvidia-gpu-snp or -tdx: this one is not confidential") -}}
{{- end -}}
{{- if and $tee.gpu.enabled (has $tee.provider (list "none")) -}}
{{- include "sealflow.refuse" (dict "key" "tee.gpu.enabled" "got" "true" "want" "false with provider none: simulated hardware has its own GPU") -}}
{{- end -}}
{{- if and $tee.gpu.enabled $tee.runtimeClassName (eq $tee.provider "coco") (not (contains "gpu" $tee.runtimeClassName)) -}}
{{- include "sealflow.refuse" (dict "key" "tee.runtimeClassName" "got" $tee.runtimeClassName "want" "a runtime class with a GPU, e.g. kata-qemu-nvidia-gpu-snp, since tee.gpu.enabled is true") -}}
{{- end -}}
{{- if and $tee.gpu.enabled (has $tee.provider (list "coco" "contrast")) (semverCompare "<1.32.0-0" .Capabilities.KubeVersion.Version) -}}
{{- include "sealflow.refuse" (dict "key" "tee.gpu.enabled" "got" (printf "true on Kubernetes %s" .Capabilities.KubeVersion.Version) "want" "Kubernetes 1.32 or newer for a GPU in a Kata guest (deploy/cluster-prereqs.md)") -}}
{{- end -}}
{{- if and $tee.gpu.ppcie.enabled (not $tee.gpu.enabled) -}}
{{- include "sealflow.refuse" (dict "key" "tee.gpu.ppcie.enabled" "got" "true" "want" "false, or tee.gpu.enabled: true") -}}
{{- end -}}
{{- if and $tee.gpu.ppcie.enabled (ne (int $tee.gpu.count) 8) -}}
{{- include "sealflow.refuse" (dict "key" "tee.gpu.count" "got" (toString $tee.gpu.count) "want" "8: protected PCIe takes all GPUs of a Hopper node") -}}
{{- end -}}
{{- if and $tee.initdata.inline $tee.initdata.existingConfigMap -}}
{{- include "sealflow.refuse" (dict "key" "tee.initdata" "got" "both inline and existingConfigMap" "want" "one of them") -}}
{{- end -}}
{{- if and $tee.expected.hostData (ne $tee.cpu "snp") -}}
{{- include "sealflow.refuse" (dict "key" "tee.expected.hostData" "got" "a value" "want" (printf "nothing with tee.cpu %s: HOSTDATA is of SNP" $tee.cpu)) -}}
{{- end -}}
{{- if and $tee.expected.mrConfigId (ne $tee.cpu "tdx") -}}
{{- include "sealflow.refuse" (dict "key" "tee.expected.mrConfigId" "got" "a value" "want" (printf "nothing with tee.cpu %s: MRCONFIGID is of TDX" $tee.cpu)) -}}
{{- end -}}
{{- range $v.extraVolumeMounts -}}
{{- if and (regexMatch "^(kata-|contrast-cc)" (include "sealflow.worker.runtimeClass" $)) (or .subPath .subPathExpr) -}}
{{- include "sealflow.refuse" (dict "key" "extraVolumeMounts" "got" (printf "subPath %s" (.subPath | default .subPathExpr)) "want" "a whole volume: a guest of Kata mounts no part of one") -}}
{{- end -}}
{{- end -}}
{{- if $v.resources.requests -}}
{{- if and (include "sealflow.worker.confidential" .) (ne (toJson $v.resources.requests) (toJson $v.resources.limits)) -}}
{{- include "sealflow.refuse" (dict "key" "resources.requests" "got" "other amounts than resources.limits" "want" "nothing: a confidential guest has the size of its limits, and requests follow them") -}}
{{- end -}}
{{- end -}}
{{- if not $v.resources.limits.memory -}}
{{- include "sealflow.refuse" (dict "key" "resources.limits.memory" "got" "nothing" "want" "the memory of the worker, e.g. 4Gi") -}}
{{- end -}}
{{- if lt (int $v.terminationGracePeriodSeconds) (add (int $v.drain.seconds) (int $v.drain.preStopSeconds) 5 | int) -}}
{{- include "sealflow.refuse" (dict "key" "terminationGracePeriodSeconds" "got" (toString $v.terminationGracePeriodSeconds) "want" "at least drain.seconds + drain.preStopSeconds + 5, or jobs are cut off") -}}
{{- end -}}
{{- if and $v.autoscaling.enabled $tee.gpu.enabled (not $tee.gpu.allowAutoscaling) -}}
{{- include "sealflow.refuse" (dict "key" "autoscaling.enabled" "got" "true" "want" "false for workers with a GPU: there is no spare one to scale to (tee.gpu.allowAutoscaling: true says there is)") -}}
{{- end -}}
{{- end }}

{{- define "sealflow.worker.tlsSecrets" -}}
{{- $base := ternary (printf "%s-tls" (include "sealflow.fullname" .)) .Values.tls.existingSecret (eq .Values.tls.mode "certManager") -}}
{{- range $ordinal := until (int (include "sealflow.replicasMax" .)) }}
- name: {{ printf "%s-%d" $base $ordinal }}
  pod: {{ printf "%s-%d" (include "sealflow.fullname" $) $ordinal }}
{{- end }}
{{- end }}

{{- define "sealflow.worker.env" -}}
{{- $v := .Values -}}
- name: SEALFLOW_WORKER_ID
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: SEALFLOW_HOME
  value: /var/lib/sealflow
- name: SEALFLOW_ORCHESTRATOR
  value: {{ include "sealflow.worker.orchestrator" . | quote }}
{{- /* No variable holds a secret, or the name of the pod beside other text: genpolicy writes what variables hold into the policy of the guest. */}}
- name: SEALFLOW_WORKER_KEY_FILE
  value: /etc/sealflow/keys/worker.key
- name: SEALFLOW_SITE_FILE
  value: /etc/sealflow/site/site.json
- name: SEALFLOW_QUOTE_PROVIDER
  value: {{ get (dict "coco" "coco" "contrast" "auto" "dstack" "dstack" "tsm" "tsm" "none" "simulated") $v.tee.provider }}
- name: SEALFLOW_GPU_SOURCE
  value: {{ ternary $v.tee.gpu.source "none" (or $v.tee.gpu.enabled (eq $v.tee.provider "none")) }}
{{- with $v.tee.cocoSealingKey }}
- name: SEALFLOW_COCO_SEALING_KEY
  value: {{ . | quote }}
{{- end }}
- name: SEALFLOW_LEASES_MAX
  value: {{ $v.config.leasesMax | quote }}
- name: SEALFLOW_DRAIN_MS
  value: {{ mul (int $v.drain.seconds) 1000 | quote }}
- name: SEALFLOW_HEALTH_ADDRESS
  value: 0.0.0.0:7481
- name: SEALFLOW_LOG_LEVEL
  value: {{ $v.config.logLevel }}
- name: NODE_ENV
  value: production
- name: UV_THREADPOOL_SIZE
  value: "2"
{{- if ne $v.tls.mode "none" }}
- name: SEALFLOW_TLS_CERT
  value: /etc/sealflow/tls/{worker}/tls.crt
- name: SEALFLOW_TLS_KEY
  value: /etc/sealflow/tls/{worker}/tls.key
- name: SEALFLOW_TLS_CA
  value: {{ ternary "/etc/sealflow/orchestrator/ca.crt" "/etc/sealflow/tls/{worker}/ca.crt" (not (empty $v.orchestrator.caSecret)) }}
{{- end }}
{{- if and (eq $v.tee.provider "contrast") $v.tee.gpu.enabled }}
- name: NVIDIA_VISIBLE_DEVICES
  value: all
{{- end }}
{{- end }}

{{- define "sealflow.worker.resources" -}}
{{- $limits := deepCopy .Values.resources.limits -}}
{{- with .Values.tee.gpu -}}
{{- if .enabled -}}
{{- $_ := set $limits .resourceName (toString .count) -}}
{{- if .ppcie.enabled -}}
{{- $_ := set $limits .ppcie.resourceName (toString .ppcie.nvswitches) -}}
{{- end -}}
{{- end -}}
{{- end -}}
limits:
  {{- toYaml $limits | nindent 2 }}
requests:
  {{- if include "sealflow.worker.confidential" . }}
  {{- toYaml $limits | nindent 2 }}
  {{- else }}
  {{- toYaml (.Values.resources.requests | default $limits) | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* In configfs root alone makes an entry and writes to it, as their owner: no capability is needed for that. Profiles of AppArmor that runtimes load forbid writing below /sys, whoever writes. */}}
{{- define "sealflow.worker.securityContext" -}}
{{- if eq .Values.tee.provider "tsm" -}}
{{- include "sealflow.securityContext" . | replace "runAsNonRoot: true" "runAsNonRoot: false" }}
runAsUser: 0
appArmorProfile:
  type: Unconfined
{{- else -}}
{{- include "sealflow.securityContext" . }}
{{- end -}}
{{- end }}

{{- define "sealflow.worker.podAnnotations" -}}
{{- $tee := .Values.tee -}}
{{ include "sealflow.podAnnotations" . }}
{{- with $tee.initdata.inline }}
io.katacontainers.config.hypervisor.cc_init_data: {{ . | quote }}
{{- end }}
{{- with $tee.initdata.existingConfigMap }}
sealflow.dev/initdata-configmap: {{ . }}
{{- end }}
{{- if and (eq $tee.provider "contrast") $tee.gpu.enabled }}
cdi.k8s.io/gpu: {{ printf "%s=0" $tee.gpu.resourceName | quote }}
{{- end }}
{{- end }}

{{- define "sealflow.worker.object.statefulset" -}}
{{- $v := .Values -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "sealflow.metadata" . | nindent 2 }}
  annotations:
    sealflow.dev/quote-provider: {{ $v.tee.provider }}
    {{- with $v.tee.expected.hostData }}
    sealflow.dev/expected-hostdata: {{ . | quote }}
    {{- end }}
    {{- with $v.tee.expected.mrConfigId }}
    sealflow.dev/expected-mrconfigid: {{ . | quote }}
    {{- end }}
spec:
  {{- if not $v.autoscaling.enabled }}
  replicas: {{ $v.replicaCount }}
  {{- end }}
  serviceName: {{ include "sealflow.fullname" . }}
  podManagementPolicy: Parallel
  updateStrategy:
    {{- toYaml $v.updateStrategy | nindent 4 }}
  selector:
    matchLabels:
      {{- include "sealflow.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "sealflow.podLabels" . | nindent 8 }}
      annotations:
        {{- include "sealflow.worker.podAnnotations" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "sealflow.serviceAccountName" . }}
      automountServiceAccountToken: {{ $v.serviceAccount.automountToken }}
      enableServiceLinks: false
      {{- with include "sealflow.worker.runtimeClass" . }}
      runtimeClassName: {{ . }}
      {{- end }}
      terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
      {{- with (include "sealflow.imagePullSecrets" .) }}
      {{- . | nindent 6 }}
      {{- end }}
      securityContext:
        {{- include "sealflow.podSecurityContext" . | nindent 8 }}
      {{- with merge (dict) $v.nodeSelector $v.tee.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- include "sealflow.scheduling" . | nindent 6 }}
      containers:
        - name: {{ .Chart.Name }}
          image: {{ include "sealflow.image" . | quote }}
          imagePullPolicy: {{ $v.image.pullPolicy }}
          args:
            {{- include "sealflow.nodeArgs" . | nindent 12 }}
            - dist/apps/{{ .Chart.Name }}/main.js
          env:
            {{- include "sealflow.worker.env" . | nindent 12 }}
            {{- include (printf "%s.env" .Chart.Name) . | nindent 12 }}
            {{- include "sealflow.extraEnv" . | nindent 12 }}
          {{- with $v.extraEnvFrom }}
          envFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: health
              containerPort: 7481
              protocol: TCP
          securityContext:
            {{- include "sealflow.worker.securityContext" . | nindent 12 }}
          resources:
            {{- include "sealflow.worker.resources" . | nindent 12 }}
          startupProbe:
            grpc:
              port: 7481
            {{- toYaml $v.startupProbe | nindent 12 }}
          livenessProbe:
            grpc:
              port: 7481
            {{- toYaml $v.livenessProbe | nindent 12 }}
          readinessProbe:
            grpc:
              port: 7481
              service: ready
            {{- toYaml $v.readinessProbe | nindent 12 }}
          {{- include "sealflow.lifecycle" . | nindent 10 }}
          # Why a program ended is then in the status of its pod, where `sealflow doctor --cluster` reads it.
          terminationMessagePolicy: FallbackToLogsOnError
          volumeMounts:
            - name: state
              mountPath: /var/lib/sealflow
            # Whole volumes: a guest of Kata mounts no part of one.
            - name: site
              mountPath: /etc/sealflow/site
              readOnly: true
            - name: keys
              mountPath: /etc/sealflow/keys
              readOnly: true
            - name: tmp
              mountPath: /tmp
            {{- if ne $v.tls.mode "none" }}
            - name: tls
              mountPath: /etc/sealflow/tls
              readOnly: true
            {{- end }}
            {{- if and (ne $v.tls.mode "none") $v.orchestrator.caSecret }}
            - name: orchestrator-ca
              mountPath: /etc/sealflow/orchestrator
              readOnly: true
            {{- end }}
            {{- if eq $v.tee.provider "none" }}
            {{- range list "simulation.json" "machine.key" }}
            - name: simulation
              mountPath: /var/lib/sealflow/{{ . }}
              subPath: {{ . }}
              readOnly: true
            {{- end }}
            {{- end }}
            {{- if eq $v.tee.provider "dstack" }}
            - name: dstack
              mountPath: /var/run/dstack.sock
            {{- end }}
            {{- if eq $v.tee.provider "tsm" }}
            - name: configfs
              mountPath: /sys/kernel/config
            {{- end }}
            {{- with $v.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
        {{- with $v.extraContainers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      volumes:
        {{- if not $v.persistence.enabled }}
        - name: state
          emptyDir:
            sizeLimit: {{ $v.persistence.size }}
        {{- end }}
        - name: site
          configMap:
            name: {{ include "sealflow.siteConfigMap" . }}
        - name: keys
          secret:
            secretName: {{ $v.secrets.existingSecret }}
            defaultMode: 288 # 0440, which YAML 1.2 reads as 440
            items:
              - key: {{ $v.secrets.keys.workerKey }}
                path: worker.key
        - name: tmp
          emptyDir:
            sizeLimit: {{ $v.tmpSize }}
        {{- if ne $v.tls.mode "none" }}
        - name: tls
          projected:
            defaultMode: 288 # 0440, which YAML 1.2 reads as 440
            sources:
              {{- range include "sealflow.worker.tlsSecrets" . | fromYamlArray }}
              - secret:
                  name: {{ .name }}
                  # Of the replicas that autoscaling may add, not all have theirs yet.
                  optional: true
                  items:
                    {{- $pod := .pod }}
                    {{- range list "tls.crt" "tls.key" "ca.crt" }}
                    - key: {{ . }}
                      path: {{ $pod }}/{{ . }}
                    {{- end }}
              {{- end }}
        {{- end }}
        {{- if and (ne $v.tls.mode "none") $v.orchestrator.caSecret }}
        - name: orchestrator-ca
          secret:
            secretName: {{ $v.orchestrator.caSecret }}
            defaultMode: 288 # 0440, which YAML 1.2 reads as 440
            items:
              - key: ca.crt
                path: ca.crt
        {{- end }}
        {{- if eq $v.tee.provider "none" }}
        - name: simulation
          secret:
            secretName: {{ $v.tee.simulation.existingSecret }}
            defaultMode: 288 # 0440, which YAML 1.2 reads as 440
        {{- end }}
        {{- if eq $v.tee.provider "dstack" }}
        - name: dstack
          hostPath:
            path: /var/run/dstack.sock
            type: Socket
        {{- end }}
        {{- if eq $v.tee.provider "tsm" }}
        - name: configfs
          hostPath:
            path: /sys/kernel/config
            type: Directory
        {{- end }}
        {{- with $v.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  {{- if $v.persistence.enabled }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
  volumeClaimTemplates:
    - metadata:
        name: state
        labels:
          {{- include "sealflow.selectorLabels" . | nindent 10 }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $v.persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $v.persistence.size }}
  {{- end }}
{{- end }}

{{- define "sealflow.worker.object.certificates" -}}
{{- if eq .Values.tls.mode "certManager" }}
{{- range include "sealflow.worker.tlsSecrets" . | fromYamlArray }}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ .name }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "sealflow.labels" $ | nindent 4 }}
spec:
  secretName: {{ .name }}
  uris:
    - spiffe://{{ include "sealflow.trustDomain" $ }}/worker/{{ .pod }}
  usages: [digital signature, client auth]
  {{- include "sealflow.certificateSpec" $ | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Nobody calls a worker. The kubelet's probes come from the node, which a NetworkPolicy lets through. */}}
{{- define "sealflow.worker.object.networkpolicy" -}}
{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "sealflow.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "sealflow.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
    - ports:
        - port: {{ regexFind "[0-9]+$" (include "sealflow.worker.orchestrator" .) }}
          protocol: TCP
    {{- if regexMatch "^(kata-|contrast-cc)" (include "sealflow.worker.runtimeClass" .) }}
    # The guest pulls its image itself, over the network of the pod.
    - ports:
        - port: {{ regexFind ":[0-9]+/" (include "sealflow.image" .) | trimAll ":/" | default "443" }}
          protocol: TCP
    {{- end }}
    {{- include "sealflow.egress" . | nindent 4 }}
{{- end }}
{{- end }}

{{- /* A handshake with the orchestrator, as a worker would begin it. */}}
{{- define "sealflow.worker.object.test" -}}
{{- if .Values.tests.enabled }}
{{ include "sealflow.testPod" . }}
  containers:
    - name: dial
      image: {{ include "sealflow.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - --eval
        - >-
          const [, host, port] = /^(?:dns:\/*)?(.*):([0-9]+)$/.exec(process.env.SEALFLOW_ORCHESTRATOR);
          const socket = require('node:net').connect({ host, port: Number(port), timeout: 20000 });
          socket.once('connect', () => { console.log('reached ' + host + ':' + port); process.exit(0); });
          socket.once('timeout', () => { console.error('no answer of ' + host + ':' + port); process.exit(1); });
          socket.once('error', (error) => { console.error(host + ':' + port + ': ' + error.code); process.exit(1); });
      env:
        - name: SEALFLOW_ORCHESTRATOR
          value: {{ include "sealflow.worker.orchestrator" . | quote }}
      securityContext:
        {{- include "sealflow.securityContext" . | nindent 8 }}
      resources:
        limits:
          cpu: 500m
          memory: 128Mi
        requests:
          cpu: 50m
          memory: 128Mi
{{- end }}
{{- end }}

{{- define "sealflow.worker.notes" -}}
{{- if .Values.allowInsecure }}
WARNING: allowInsecure is true. This release takes images by tag, simulated hardware or traffic in the clear: for development only.
{{- end }}
{{- if .Values.tee.hostAccess }}
WARNING: tee.hostAccess is true. Pods see {{ ternary "configfs of their node, and the worker is root there without any capability" "the socket of dstack on their node" (eq .Values.tee.provider "tsm") }}: this namespace cannot be restricted, and whoever runs in it must be trusted with the node.
{{- end }}
{{ .Chart.Name }} {{ .Chart.AppVersion }}: {{ include "sealflow.replicasMax" . }} worker(s) dial {{ include "sealflow.worker.orchestrator" . }}.
{{- with include "sealflow.worker.runtimeClass" . }}
Runtime class {{ . }}; nodes need it (deploy/cluster-prereqs.md).
{{- end }}
{{- with .Values.tee.expected.hostData }}
Allow in the orchestrator's policy: HOSTDATA {{ . }}
{{- end }}
{{- with .Values.tee.expected.mrConfigId }}
Allow in the orchestrator's policy: MRCONFIGID {{ . }}
{{- end }}

Next:
  kubectl -n {{ .Release.Namespace }} rollout status statefulset/{{ include "sealflow.fullname" . }}
  helm -n {{ .Release.Namespace }} test {{ .Release.Name }}
  sealflow worker list
A pod that is ready was taken by the orchestrator, which looked at its evidence.
{{- end }}
