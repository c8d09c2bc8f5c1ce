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
/// - Parameter started: the process that started this one, as it calls itself; it may have ended while this one was loaded.
func endWithParent(_ started: String?) {
  let parent = started.flatMap { pid_t($0) } ?? getppid()
  Task.detached {
    while getppid() == parent { try? await Task.sleep(for: .seconds(1)) }
    // Without clean-up, as the main thread is still at work.
    _exit(128 + SIGHUP)
  }
}
