// Everything in this target shares libtorch's process-wide state, so suites run one after the other inside this one.
import Testing

@Suite(.serialized) struct NNTests {}
