{{- /* Certificates of cert-manager or Secrets that are there. Nothing is generated: what is drawn anew at each rendering would roll the pods. */}}

{{- define "sealflow.certificateSpec" -}}
duration: {{ .Values.tls.duration }}
renewBefore: {{ .Values.tls.renewBefore }}
privateKey:
  algorithm: ECDSA
  size: 256
  rotationPolicy: Always
issuerRef:
  name: {{ .Values.tls.issuerRef.name }}
  kind: {{ .Values.tls.issuerRef.kind }}
  group: {{ .Values.tls.issuerRef.group }}
{{- end }}

{{- define "sealflow.trustDomain" -}}
{{- .Values.tls.trustDomain | default (((.Values.global).sealflow).trustDomain) | default "sealflow.local" -}}
{{- end }}
