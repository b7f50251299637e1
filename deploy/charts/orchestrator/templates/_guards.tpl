{{- define "orchestrator.guards" -}}
{{- include "sealflow.guards" . -}}
{{- include "sealflow.guards.pod" . -}}
{{- $v := .Values -}}
{{- if and (gt (int (include "sealflow.replicasMax" .)) 1) (ne $v.storage.accessMode "ReadWriteMany") (not $v.storage.existingClaim) -}}
{{- include "sealflow.refuse" (dict "key" "storage.accessMode" "got" $v.storage.accessMode "want" "ReadWriteMany with more than one replica: all of them share blobs and tenants' keys") -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not $v.metrics.serviceMonitor.bearerSecret.name) -}}
{{- include "sealflow.refuse" (dict "key" "metrics.serviceMonitor.bearerSecret.name" "got" "nothing" "want" "a Secret with an API key of the role service, which /metrics asks for") -}}
{{- end -}}
{{- if lt (int $v.terminationGracePeriodSeconds) (add (int $v.drain.noticeSeconds) (int $v.drain.preStopSeconds) 15 | int) -}}
{{- include "sealflow.refuse" (dict "key" "terminationGracePeriodSeconds" "got" (toString $v.terminationGracePeriodSeconds) "want" "at least drain.noticeSeconds + drain.preStopSeconds + 15, or calls are cut off") -}}
{{- end -}}
{{- if and $v.config.browserOrigins (eq $v.tls.clients "everybody") -}}
{{- include "sealflow.refuse" (dict "key" "config.browserOrigins" "got" (join " " $v.config.browserOrigins) "want" "none where tls.clients is everybody: a page shows no certificate") -}}
{{- end -}}
{{- if and (ne (toString $v.config.witnesses.quorum) "") (gt (int $v.config.witnesses.quorum) (len $v.config.witnesses.list)) -}}
{{- include "sealflow.refuse" (dict "key" "config.witnesses.quorum" "got" (toString $v.config.witnesses.quorum) "want" (printf "at most the number of witnesses, %d" (len $v.config.witnesses.list))) -}}
{{- end -}}
{{- end }}
