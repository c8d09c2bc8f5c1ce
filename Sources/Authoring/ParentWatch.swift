// A notebook does not outlive the command that started it.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ends this process within a second after the one that started it, which nobody would hear of any more: a training would
/// go on for hours. Nothing is lost but the step in flight.
func endWithParent() {
  let parent = getppid()
  Task.detached {
    while getppid() == parent { try? await Task.sleep(for: .seconds(1)) }
    // Without clean-up, as the main thread is still at work.
    _exit(128 + SIGHUP)
  }
}
