{{- define "tee-worker.env" -}}
{{- with .Values.config.operations -}}
- name: SEALFLOW_OPERATIONS
  value: {{ join "," . | quote }}
{{- end }}
{{- end }}
