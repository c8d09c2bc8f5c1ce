// How long a command may compute, as a word on the command line.
import ArgumentParser

/// A time such as `90s`, `15m` or `2h`; minutes where no unit is named.
struct TimeBudget: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number.isFinite,
      number >= 0
    else {
      return nil
    }
    seconds = number * (unit ?? 60)
  }
}
