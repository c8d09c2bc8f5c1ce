// Elementary functions, and numbers as text without a locale.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func cosine(radians x: Double) -> Double { cos(x) }
func sine(radians x: Double) -> Double { sin(x) }
func decimalLogarithm(_ x: Double) -> Double { log10(x) }

/// A power of ten, exact wherever a double can be.
func powerOfTen(_ exponent: Int) -> Double {
  var power = 1.0
  for _ in 0..<exponent.magnitude { power *= 10 }
  return exponent < 0 ? 1 / power : power
}

/// A number with a fixed count of decimals, rounded half away from zero; negative ones have a true minus sign.
package func decimal(_ number: Double, digits: Int) -> String {
  let scaled = (number.magnitude * powerOfTen(digits)).rounded()
  guard scaled < 9e15 else { return "\(number)" }
  var text = String(Int(scaled))
  if digits > 0 {
    text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
  }
  return (number < 0 && scaled > 0 ? "−" : "") + text
}

/// Ten to a power.
func tenTo(_ exponent: Double) -> Double { pow(10, exponent) }
