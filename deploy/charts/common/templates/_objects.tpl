{{- /* Whole objects that every chart has. */}}

{{- define "sealflow.object.serviceaccount" -}}
{{- if .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "sealflow.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "sealflow.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: {{ .Values.serviceAccount.automountToken }}
{{- end }}
{{- end }}

{{- define "sealflow.object.site" -}}
{{- if .Values.site.json }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "sealflow.siteConfigMap" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "sealflow.labels" . | nindent 4 }}
data:
  site.json: {{ .Values.site.json | quote }}
{{- end }}
{{- end }}

{{- define "sealflow.object.pdb" -}}
{{- if .Values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "sealflow.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "sealflow.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "sealflow.object.autoscaler" -}}
{{- $a := .Values.autoscaling -}}
{{- if and $a.enabled (eq $a.type "hpa") }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "sealflow.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: StatefulSet
    name: {{ include "sealflow.fullname" . }}
  minReplicas: {{ $a.minReplicas }}
  maxReplicas: {{ $a.maxReplicas }}
  metrics:
    - type: External
      external:
        metric:
          name: {{ $a.hpaMetric }}
          selector:
            matchLabels:
              state: queued
        target:
          type: AverageValue
          averageValue: {{ $a.queuedPerReplica | quote }}
{{- end }}
{{- if and $a.enabled (eq $a.type "keda") }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "sealflow.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: StatefulSet
    name: {{ include "sealflow.fullname" . }}
  minReplicaCount: {{ $a.minReplicas }}
  maxReplicaCount: {{ $a.maxReplicas }}
  triggers:
    - type: prometheus
      metadata:
        serverAddress: {{ $a.prometheus.serverAddress | quote }}
        query: {{ $a.prometheus.query | quote }}
        threshold: {{ $a.queuedPerReplica | quote }}
{{- end }}
{{- end }}

{{- define "sealflow.egress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- with .Values.networkPolicy.egressPorts }}
- ports:
    {{- range . }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sealflow.object.extra" -}}
{{- range .Values.extraObjects }}
---
{{ tpl (ternary . (toYaml .) (kindIs "string" .)) $ }}
{{- end }}
{{- end }}

{{- /* What a pod of `helm test` has besides its command: it is pulled and restricted as the workload is. */}}
{{- define "sealflow.testPod" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "sealflow.fullname" . }}-test
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "sealflow.labels" . | replace (printf "app.kubernetes.io/name: %s" (include "sealflow.name" .)) (printf "app.kubernetes.io/name: %s-test" (include "sealflow.name" .)) | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  {{- with (include "sealflow.imagePullSecrets" .) }}
  {{- . | nindent 2 }}
  {{- end }}
  securityContext:
    {{- include "sealflow.podSecurityContext" . | nindent 4 }}
{{- end }}
