# Policy of the agent in a guest, for a worker: images that are named here, no command from outside, and nothing of the
# policy changed later. Replace IMAGE by the worker's image, name@sha256:<64 hex digits>, as the rendered pod has it.
# What genpolicy makes from the rendered pod says more (arguments, variables, mounts) and takes its place where it runs.
package agent_policy

import future.keywords.every
import future.keywords.if
import future.keywords.in

default AllowRequestsFailingPolicy := false

default AddARPNeighborsRequest := true

default AddSwapRequest := true

default CloseStdinRequest := true

default CopyFileRequest := true

default CreateSandboxRequest := true

default DestroySandboxRequest := true

default GetMetricsRequest := true

default GetOOMEventRequest := true

default GuestDetailsRequest := true

default ListInterfacesRequest := true

default ListRoutesRequest := true

default MemHotplugByProbeRequest := true

default OnlineCPUMemRequest := true

default PauseContainerRequest := true

default PullImageRequest := true

# Of the log: workers write no payload, no key and no name of a tenant.
default ReadStreamRequest := true

default RemoveContainerRequest := true

default RemoveStaleVirtiofsShareMountsRequest := true

default ReseedRandomDevRequest := true

default ResumeContainerRequest := true

default SetGuestDateTimeRequest := true

default SignalProcessRequest := true

default StartContainerRequest := true

default StatsContainerRequest := true

default TtyWinResizeRequest := true

default UpdateContainerRequest := true

default UpdateEphemeralMountsRequest := true

default UpdateInterfaceRequest := true

default UpdateRoutesRequest := true

default WaitProcessRequest := true

default CreateContainerRequest := false

default ExecProcessRequest := false

default SetPolicyRequest := false

default StartTracingRequest := false

default StopTracingRequest := false

default WriteStreamRequest := false

CreateContainerRequest if {
	every storage in input.storages {
		some allowed_image in policy_data.allowed_images
		storage.source == allowed_image
	}
}

policy_data := {"allowed_images": [
	"pause",
	"IMAGE",
]}
