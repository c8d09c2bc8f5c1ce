/// Red, green and blue, 0...1.
package typealias Color = SIMD3<Float>

/// A color from its usual six hexadecimal digits.
func rgb(_ digits: UInt32) -> Color {
  Color(Float(digits >> 16 & 255), Float(digits >> 8 & 255), Float(digits & 255)) / 255
}

/// The color that lies at `part` of the way from one to another.
func mix(_ from: Color, _ to: Color, _ part: Float) -> Color { from + (to - from) * part }

/// `x` limited to 0...1.
func clamped(_ x: Float) -> Float { min(max(x, 0), 1) }

/// 0 below `low`, 1 above `high`, a straight line between.
func ramp(_ x: Float, _ low: Float, _ high: Float) -> Float { clamped((x - low) / (high - low)) }

/// The part of a number after the point, 0..<1 for negative numbers too.
func fraction(_ x: Float) -> Float { x - x.rounded(.down) }

/// A sine wave over a whole turn, of two parabolas within 0.001: unlike the C library's sine the same on every machine.
package func wave(_ turns: Float) -> Float {
  let t = fraction(turns)
  let half = t < 0.5 ? 16 * t * (0.5 - t) : -16 * (t - 0.5) * (1 - t)
  return half * (0.775 + 0.225 * abs(half))
}
