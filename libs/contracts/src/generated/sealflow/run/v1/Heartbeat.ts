// Original file: /proto/sealflow/run/v1/run.proto


export interface Heartbeat {
}

export interface Heartbeat__Output {
}
