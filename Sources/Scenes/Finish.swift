// From colors to bytes: objects over the background, then light, blur and noise over all.

/// Blends a sprite over a square picture, its colors multiplied by `gain`.
func blend(_ place: Arrangement.Place, gain: Color, into picture: inout [Color], side: Int) {
  let sprite = place.sprite
  for row in 0..<sprite.height where (0..<side).contains(place.top + row) {
    for column in 0..<sprite.width where (0..<side).contains(place.left + column) {
      let pixel = sprite.pixels[row * sprite.width + column]
      guard pixel >> 24 > 0 else { continue }
      let alpha = Float(pixel >> 24) / 255
      let own = Color(Float(pixel >> 16 & 255), Float(pixel >> 8 & 255), Float(pixel & 255)) / 255
      let lit = (own * gain).clamped(lowerBound: .zero, upperBound: Color(repeating: alpha))
      let index = (place.top + row) * side + place.left + column
      picture[index] = picture[index] * (1 - alpha) + lit
    }
  }
}

/// What the air and the camera do to a picture.
struct Finish {
  private let gain: Color
  private let slope: (x: Float, y: Float)
  private let blur, noise: Float

  init(_ random: inout RandomStream) {
    let brightness = random.between(0.75, 1.1)
    gain =
      Color(random.between(0.94, 1.06), random.between(0.94, 1.06), random.between(0.94, 1.06)) * brightness
    slope = (random.between(-0.15, 0.15), random.between(-0.15, 0.15))
    blur = random.chance(0.35) ? random.between(0.2, 0.9) : 0
    noise = random.chance(0.7) ? random.between(0, 8) : 0
  }

  /// The bytes of a square picture, `[side, side, 3]`.
  func bytes(of picture: [Color], side: Int, _ random: inout RandomStream) -> [UInt8] {
    var picture = picture
    for y in 0..<side {
      for x in 0..<side {
        let across = slope.x * (Float(x) / Float(side) - 0.5)
        let down = slope.y * (Float(y) / Float(side) - 0.5)
        picture[y * side + x] *= gain * (1 + across + down)
      }
    }
    if blur > 0 { picture = blurred(picture, side: side) }
    return developed(picture, &random)
  }

  /// Each pixel mixed with the 3 x 3 pixels around it, weighted 1 2 1 both ways; edge pixels are repeated outward.
  private func blurred(_ picture: [Color], side: Int) -> [Color] {
    var rows = picture
    var both = picture
    for y in 0..<side {
      for x in 0..<side {
        let (before, after) = (picture[y * side + max(x - 1, 0)], picture[y * side + min(x + 1, side - 1)])
        rows[y * side + x] = (before + 2 * picture[y * side + x] + after) / 4
      }
    }
    for y in 0..<side {
      for x in 0..<side {
        let (above, below) = (rows[max(y - 1, 0) * side + x], rows[min(y + 1, side - 1) * side + x])
        both[y * side + x] = mix(picture[y * side + x], (above + 2 * rows[y * side + x] + below) / 4, blur)
      }
    }
    return both
  }

  /// Rounds to bytes after adding noise: sums of four random bytes, nearly normal, with standard deviation `noise`.
  private func developed(_ picture: [Color], _ random: inout RandomStream) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(picture.count * 3)
    // The standard deviation of a sum of four bytes is 147.8.
    let strength = noise / 147.8
    func byte(_ value: Float, _ four: UInt64) -> UInt8 {
      let sum = (four & 255) + (four >> 8 & 255) + (four >> 16 & 255) + (four >> 24 & 255)
      return UInt8(min(max(value * 255 + (Float(sum) - 510) * strength, 0), 255).rounded())
    }
    for color in picture {
      let (first, second) = (noise > 0 ? random.next() : 0, noise > 0 ? random.next() : 0)
      bytes.append(byte(color.x, first))
      bytes.append(byte(color.y, first >> 32))
      bytes.append(byte(color.z, second))
    }
    return bytes
  }
}
