{{- define "fhe-service.env" -}}
{{- end }}
