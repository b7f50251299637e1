{{- /* Ledgers are sealed into a volume: their enclave does not start where it gets no key for that. */}}
{{- define "tee-worker.guards" -}}
{{- $keepsLedgers := empty .Values.config.operations -}}
{{- range .Values.config.operations -}}
{{- if regexMatch "^(ledger|pages)[.]" . -}}
{{- $keepsLedgers = true -}}
{{- end -}}
{{- end -}}
{{- if and $keepsLedgers (eq .Values.tee.provider "tsm") -}}
{{- include "sealflow.refuse" (dict "key" "config.operations" "got" (.Values.config.operations | join ", " | default "everything") "want" "a list without ledger.* and pages.*: provider tsm has no key to seal ledgers under") -}}
{{- end -}}
{{- if and $keepsLedgers (has .Values.tee.provider (list "coco" "contrast")) (not .Values.tee.cocoSealingKey) -}}
{{- include "sealflow.refuse" (dict "key" "tee.cocoSealingKey" "got" "nothing" "want" "repository/type/tag of a key at the guest's broker, to seal ledgers under, or config.operations without ledger.* and pages.*") -}}
{{- end -}}
{{- end }}
