{{- define "zk-prover.env" -}}
{{- with .Values.config -}}
- name: SEALFLOW_PROVER_PROCESSES
  value: {{ .processes | quote }}
- name: SEALFLOW_PROVER_THREADS
  value: {{ .threads }}
- name: SEALFLOW_PROVER_MEMORY_MIB
  value: {{ .memoryMib | int | quote }}
- name: SEALFLOW_PROVER_QUEUE
  value: {{ .queueMax | int | quote }}
- name: SEALFLOW_PROVER_DEADLINE_MS
  value: {{ .deadlineMs | int | quote }}
- name: SEALFLOW_PROVER_CONSTRAINTS
  value: {{ .constraintsMax | int | quote }}
{{- with .circuitSigners }}
- name: SEALFLOW_CIRCUIT_SIGNERS
  value: {{ join "," . | quote }}
{{- end }}
{{- end -}}
{{- end }}
