// Where a result was computed, as far as its last bits depend on it.
import Artifacts
import Testing

@Suite("Environments") struct EnvironmentTests {
  @Test("a processor is known by maker, family and model, and by its widest vectors")
  func processor() {
    let told = ProcessorDescription(
      """
      processor\t: 0
      vendor_id\t: GenuineIntel
      cpu family\t: 6
      model\t\t: 143
      model name\t: a name with a model: in it
      flags\t\t: fpu avx avx2 avx512f avx512bw

      processor\t: 1
      vendor_id\t: GenuineIntel
      """)
    #expect(told.name == "GenuineIntel 6 143")
    #expect(told.vectors == "avx512")
    let narrow = ProcessorDescription("vendor_id : AuthenticAMD\nflags : fpu avx2")
    #expect(narrow.name == nil)
    #expect(narrow.vectors == "avx2")
    #expect(ProcessorDescription("").name == nil)
  }

  @Test("another processor, another number of threads, another library: not the same kind of machine")
  func fingerprints() {
    var one = RunEnvironment(threads: 1, libraries: ["libtorch": "2.13.0"])
    one.processor = "GenuineIntel 6 143"
    var other = one
    #expect(one.fingerprint == other.fingerprint)
    other.processor = "AuthenticAMD 26 2"
    #expect(one.fingerprint != other.fingerprint)
    other = one
    other.processor = nil
    #expect(one.fingerprint != other.fingerprint)
    other = one
    other.threads = 2
    #expect(one.fingerprint != other.fingerprint)
    other = one
    other.libraries["libtorch"] = "2.14.0"
    #expect(one.fingerprint != other.fingerprint)
  }
}
