{{- /* A wrong value ends the rendering with one line: which key, what it got, what it wants. */}}

{{- define "sealflow.refuse" -}}
{{- fail (printf "values: %s: got %s, want %s" .key .got .want) -}}
{{- end }}

{{- /* Keys that are gone, with where they went: read from removed.json of the chart that renders. */}}
{{- define "sealflow.deprecations" -}}
{{- range $key, $hint := .Files.Get "removed.json" | fromJson -}}
{{- $place := $.Values -}}
{{- range splitList "." $key -}}
{{- $place = ternary (get $place .) "" (and (kindIs "map" $place) (hasKey $place .)) -}}
{{- end -}}
{{- if not (empty $place) -}}
{{- fail (printf "values: %s: removed, %s (UPGRADING.md)" $key $hint) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "sealflow.guards" -}}
{{- include "sealflow.deprecations" . -}}
{{- $v := .Values -}}
{{- if and (not $v.image.digest) (not $v.allowInsecure) -}}
{{- include "sealflow.refuse" (dict "key" "image.digest" "got" "nothing" "want" "sha256:<64 hex digits> of the image, since a tag can be moved (allowInsecure: true takes a tag)") -}}
{{- end -}}
{{- if and (not $v.image.digest) (not $v.image.tag) -}}
{{- include "sealflow.refuse" (dict "key" "image.tag" "got" "nothing" "want" "a tag where there is no digest") -}}
{{- end -}}
{{- if and (eq $v.image.tag "latest") (not $v.image.digest) -}}
{{- include "sealflow.refuse" (dict "key" "image.tag" "got" "latest" "want" "a tag that names one image") -}}
{{- end -}}
{{- if not $v.secrets.existingSecret -}}
{{- include "sealflow.refuse" (dict "key" "secrets.existingSecret" "got" "nothing" "want" "the name of a Secret in this namespace (deploy/README.md says what it holds)") -}}
{{- end -}}
{{- if and (not (include "sealflow.siteConfigMap" .)) -}}
{{- include "sealflow.refuse" (dict "key" "site" "got" "neither site.json nor site.existingConfigMap" "want" "one of them: roots and circuits that this installation believes") -}}
{{- end -}}
{{- if and $v.site.json $v.site.existingConfigMap -}}
{{- include "sealflow.refuse" (dict "key" "site" "got" "both site.json and site.existingConfigMap" "want" "one of them") -}}
{{- end -}}
{{- if and $v.site.json (ne (get (fromJson $v.site.json) "v") "sealflow/site/v1") -}}
{{- include "sealflow.refuse" (dict "key" "site.json" "got" "a text that is no site file" "want" "JSON with v sealflow/site/v1") -}}
{{- end -}}
{{- if and (eq $v.tls.mode "none") (not $v.allowInsecure) -}}
{{- include "sealflow.refuse" (dict "key" "tls.mode" "got" "none" "want" "certManager or existingSecret, since API keys cross the network (allowInsecure: true takes none)") -}}
{{- end -}}
{{- if and (eq $v.tls.mode "certManager") (not $v.tls.issuerRef.name) -}}
{{- include "sealflow.refuse" (dict "key" "tls.issuerRef.name" "got" "nothing" "want" "the name of an Issuer or ClusterIssuer of cert-manager") -}}
{{- end -}}
{{- if and (eq $v.tls.mode "existingSecret") (not $v.tls.existingSecret) -}}
{{- include "sealflow.refuse" (dict "key" "tls.existingSecret" "got" "nothing" "want" "the name of a Secret with tls.crt, tls.key and ca.crt") -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (lt (int $v.autoscaling.maxReplicas) (int $v.autoscaling.minReplicas)) -}}
{{- include "sealflow.refuse" (dict "key" "autoscaling.maxReplicas" "got" (toString $v.autoscaling.maxReplicas) "want" (printf "at least autoscaling.minReplicas, %d" (int $v.autoscaling.minReplicas))) -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (eq $v.autoscaling.type "keda") (not $v.autoscaling.prometheus.serverAddress) -}}
{{- include "sealflow.refuse" (dict "key" "autoscaling.prometheus.serverAddress" "got" "nothing" "want" "the address of the Prometheus that scrapes the orchestrator") -}}
{{- end -}}
{{- end }}

{{- /* Fields of a pod that the chart decides; a value that sets them anew would take the restriction back. */}}
{{- define "sealflow.guards.pod" -}}
{{- $v := .Values -}}
{{- range $v.extraContainers -}}
{{- if and (not $.Values.allowInsecure) (not (regexMatch "@sha256:[0-9a-f]{64}$" (.image | default ""))) -}}
{{- include "sealflow.refuse" (dict "key" "extraContainers" "got" (printf "image %s" (.image | default "nothing")) "want" "an image by digest, name@sha256:<64 hex digits>") -}}
{{- end -}}
{{- end -}}
{{- range $v.extraEnv -}}
{{- if and (regexMatch "(KEY|SECRET|TOKEN|PASSWORD|HEADERS)$" .name) (hasKey . "value") -}}
{{- include "sealflow.refuse" (dict "key" "extraEnv" "got" (printf "%s with a value" .name) "want" "valueFrom.secretKeyRef, since values are kept in the release and shown by helm get values") -}}
{{- end -}}
{{- if eq .name "DATABASE_URL" -}}
{{- include "sealflow.refuse" (dict "key" "extraEnv" "got" "DATABASE_URL" "want" "the key database-url of secrets.existingSecret") -}}
{{- end -}}
{{- end -}}
{{- range $v.extraObjects -}}
{{- if regexMatch "(?m)^kind: *[\"']?Secret[\"']? *$" (ternary . (toYaml .) (kindIs "string" .)) -}}
{{- include "sealflow.refuse" (dict "key" "extraObjects" "got" "a Secret" "want" "one that is there already, or an object of an operator that makes it, since values are kept in the release and shown by helm get values") -}}
{{- end -}}
{{- end -}}
{{- range $key, $address := dict "tracing.endpoint" $v.tracing.endpoint "autoscaling.prometheus.serverAddress" $v.autoscaling.prometheus.serverAddress -}}
{{- if contains "@" $address -}}
{{- include "sealflow.refuse" (dict "key" $key "got" "an address with a user" "want" "one without, since values are kept in the release and shown by helm get values") -}}
{{- end -}}
{{- end -}}
{{- end }}
