// Everything in this target shares libtorch's process-wide state, so suites run one after the other inside this one.
// What counts handles or sets threads runs in a process of its own, since other targets' tests run beside it.
import Testing

@Suite(.serialized) struct TorchTests {}
