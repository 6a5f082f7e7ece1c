import Testing

@testable import Cryptography

@Suite struct DigestTests {
    /// FIPS 180-4, examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func computesADigest(_ text: String, as expected: String) {
        #expect(Hexadecimal.text(Digest.sha256(Array(text.utf8)).span) == expected)
    }

    /// RFC 4231, test case 2.
    @Test func computesAKeyedDigest() {
        let digest = Digest.hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(Hexadecimal.text(digest.span) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func returnsDifferentRandomBytesEachTime() {
        #expect(randomBytes(32).count == 32)
        #expect(randomBytes(32) != randomBytes(32))
    }
}
