{{- /* Parts of a pod: the restricted profile of Pod Security Standards, with nothing left to the image's defaults. */}}

{{- define "sealflow.image" -}}
{{- $registry := .Values.image.registry | default ((.Values.global).imageRegistry) -}}
{{- $name := ternary (printf "%s/%s" $registry .Values.image.repository) .Values.image.repository (not (empty $registry)) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name .Values.image.tag -}}
{{- end -}}
{{- end }}

{{- define "sealflow.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat (((.Values.global).imagePullSecrets) | default list) .Values.imagePullSecrets -}}
{{- if kindIs "map" . -}}
{{- $names = append $names .name -}}
{{- else -}}
{{- $names = append $names . -}}
{{- end -}}
{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "sealflow.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .Values.podSecurityContext.runAsUser }}
runAsGroup: {{ .Values.podSecurityContext.runAsGroup }}
fsGroup: {{ .Values.podSecurityContext.fsGroup }}
fsGroupChangePolicy: OnRootMismatch
supplementalGroups: [{{ .Values.podSecurityContext.fsGroup }}]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "sealflow.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "sealflow.scheduling" -}}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- if .Values.topologySpreadConstraints }}
  {{- toYaml .Values.topologySpreadConstraints | nindent 2 }}
{{- else }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "sealflow.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "sealflow.podAnnotations" -}}
sealflow.dev/checksum-site: {{ .Values.site.json | sha256sum }}
sealflow.dev/checksum-config: {{ toJson (dict "config" .Values.config "tls" .Values.tls) | sha256sum }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sealflow.podLabels" -}}
{{ include "sealflow.selectorLabels" . }}
app.kubernetes.io/part-of: sealflow
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sealflow.siteConfigMap" -}}
{{- if .Values.site.json -}}
{{- printf "%s-site" (include "sealflow.fullname" .) -}}
{{- else -}}
{{- .Values.site.existingConfigMap | default (((.Values.global).sealflow).siteConfigMap) | default "" -}}
{{- end -}}
{{- end }}

{{- define "sealflow.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{- define "sealflow.extraEnv" -}}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sealflow.nodeArgs" -}}
- --max-old-space-size={{ .Values.heap.oldMib }}
- --max-semi-space-size={{ .Values.heap.semiMib }}
{{- end }}

{{- define "sealflow.probe" -}}
{{- $probe := omit .probe "enabled" -}}
{{ toYaml $probe }}
{{- end }}

{{- /* In a preStop hook nothing runs, which a distroless image and a policy of the guest would both refuse: the kubelet waits. */}}
{{- define "sealflow.lifecycle" -}}
{{- if gt (int .Values.drain.preStopSeconds) 0 }}
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.drain.preStopSeconds }}
{{- end }}
{{- end }}
