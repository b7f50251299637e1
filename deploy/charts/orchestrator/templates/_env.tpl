{{- define "orchestrator.databaseEnv" -}}
{{ include "sealflow.secretEnv" (dict "name" "DATABASE_URL" "secret" (.Values.database.existingSecret | default .Values.secrets.existingSecret) "key" .Values.secrets.keys.databaseUrl) }}
- name: SEALFLOW_LOG_LEVEL
  value: {{ .Values.config.logLevel }}
- name: NODE_ENV
  value: production
{{- end }}

{{- define "orchestrator.env" -}}
{{- $c := .Values.config -}}
- name: SEALFLOW_EXECUTOR_ID
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: SEALFLOW_PEER_ADDRESS
  value: $(SEALFLOW_EXECUTOR_ID).{{ include "sealflow.fullname" . }}-pods.{{ .Release.Namespace }}.svc:7443
{{ include "orchestrator.databaseEnv" . }}
- name: UV_THREADPOOL_SIZE
  value: "2"
- name: SEALFLOW_HOME
  value: /var/lib/sealflow
- name: SEALFLOW_BLOB_FOLDER
  value: /var/lib/sealflow-shared/blobs
- name: SEALFLOW_KEY_FOLDER
  value: /var/lib/sealflow-shared/tenant-keys
- name: SEALFLOW_ROOT_KEY_FILE
  value: /etc/sealflow/keys/root.key
- name: SEALFLOW_GRPC_ADDRESS
  value: 0.0.0.0:7443
- name: SEALFLOW_HTTP_HOST
  value: 0.0.0.0
- name: SEALFLOW_HTTP_PORT
  value: "7480"
- name: SEALFLOW_LOG_ORIGIN
  value: {{ $c.logOrigin | quote }}
- name: SEALFLOW_INTERPRETER
  value: {{ $c.interpreter }}
- name: SEALFLOW_SEAL_BLOBS
  value: {{ $c.sealBlobs | quote }}
{{- with $c.browserOrigins }}
- name: SEALFLOW_BROWSER_ORIGINS
  value: {{ join " " . | quote }}
{{- end }}
- name: SEALFLOW_HEARTBEAT_MS
  value: {{ $c.heartbeatMs | int | quote }}
- name: SEALFLOW_RETENTION_SWEEP_MS
  value: {{ $c.retentionSweepMs | int | quote }}
- name: SEALFLOW_CONNECTIONS_MAX
  value: {{ $c.connections.max | int | quote }}
- name: SEALFLOW_CONNECTIONS_PER_PEER_MAX
  value: {{ $c.connections.perPeer | int | quote }}
- name: SEALFLOW_CONNECTIONS_PER_SECOND
  value: {{ $c.connections.perSecond | int | quote }}
- name: SEALFLOW_DRAIN_NOTICE_MS
  value: {{ mul (int .Values.drain.noticeSeconds) 1000 | quote }}
{{- with $c.witnesses.list }}
- name: SEALFLOW_WITNESSES
  value: {{ join "," . | quote }}
{{- end }}
{{- if ne (toString $c.witnesses.quorum) "" }}
- name: SEALFLOW_WITNESS_QUORUM
  value: {{ $c.witnesses.quorum | int | quote }}
{{- end }}
{{- with $c.timestamps.authorities }}
- name: SEALFLOW_TSA_URLS
  value: {{ join "," . | quote }}
{{- end }}
{{- with $c.timestamps.revocationLists }}
- name: SEALFLOW_TSA_CRL_URLS
  value: {{ join "," . | quote }}
{{- end }}
{{- range $name, $value := dict "PCS_URL" $c.collateral.pcsUrl "KDS_URL" $c.collateral.kdsUrl "RIM_URL" $c.collateral.rimUrl "OCSP_URL" $c.collateral.ocspUrl "OFFLINE" $c.collateral.offlineFolder }}
{{- if $value }}
- name: SEALFLOW_COLLATERAL_{{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- if .Values.oidc.existingConfigMap }}
- name: SEALFLOW_OIDC_FILE
  value: /etc/sealflow/oidc/oidc.json
{{- end }}
{{- if ne .Values.tls.mode "none" }}
- name: SEALFLOW_TLS_CERT
  value: /etc/sealflow/tls/tls.crt
- name: SEALFLOW_TLS_KEY
  value: /etc/sealflow/tls/tls.key
- name: SEALFLOW_TLS_CA
  value: /etc/sealflow/tls/ca.crt
- name: SEALFLOW_TLS_TRUST_DOMAIN
  value: {{ include "sealflow.trustDomain" . | quote }}
- name: SEALFLOW_TLS_CLIENTS
  value: {{ .Values.tls.clients }}
{{- end }}
{{- end }}

{{- define "orchestrator.tlsSecret" -}}
{{- ternary (printf "%s-tls" (include "sealflow.fullname" .)) .Values.tls.existingSecret (eq .Values.tls.mode "certManager") -}}
{{- end }}

{{- define "orchestrator.scheme" -}}
{{- ternary "HTTP" "HTTPS" (eq .Values.tls.mode "none") -}}
{{- end }}

{{- define "orchestrator.claim" -}}
{{- .Values.storage.existingClaim | default (printf "%s-shared" (include "sealflow.fullname" .)) -}}
{{- end }}

{{- define "orchestrator.replicas" -}}
- podSelector:
    matchLabels:
      {{- include "sealflow.selectorLabels" . | nindent 6 }}
{{- end }}
