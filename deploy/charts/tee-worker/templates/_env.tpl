{{- define "tee-worker.env" -}}
{{- end }}
