// The command: everything that needs no tensors.
import ArgumentParser

/// `quire`.
@main
struct Quire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quire",
    abstract: "Literate Swift notebooks that regenerate a paper.",
    discussion: """
      Exit codes: 0 good; 1 something differs or a condition is not met; 2 could not tell, or failed; 3 only with \
      --strict: nothing differs, but something is unverified; 64 wrong usage.
      """,
    subcommands: [
      ListCommand.self, PlanCommand.self, RunCommand.self, WhyCommand.self, FiguresCommand.self,
      ShowCommand.self, ServeCommand.self, WeaveCommand.self, CheckCommand.self, AcceptCommand.self,
      CompareCommand.self, RetrainCommand.self, GarbageCommand.self, DoctorCommand.self, NewCommand.self,
      EvaluateCommand.self, AllocateCommand.self, DataCommand.self, DetectHandOver.self,
      TrainHandOver.self, SensitivityHandOver.self, QuantizeHandOver.self,
    ])
}
