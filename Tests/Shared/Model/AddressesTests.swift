import Model
import Testing

@Suite struct AddressesTests {
    @Test(arguments: ["ada@example.org", "a.b+c@mail.example.org", "o'hara_%1@x-y.example", "zoë@exämple.org", "root@localhost"])
    func `an email address is accepted`(address: String) {
        #expect(EmailAddress.problem(address) == nil)
    }

    @Test(arguments: [
        "", "ada", "@example.org", "ada@", "a@b@c", "ada @example.org", "ada@example..org", "ada@-example.org",
        ".ada@example.org",
        "ada.@example.org", "a..b@example.org", "ada@example.org\r\nBcc: eve@example.org", "ada@example.org\0",
        "<ada@example.org>",
        "ada@example.org,eve@example.org", "\"ada\"@example.org", "ada@\u{85}example.org", "ada@exa\u{2028}mple.org",
        "a\u{A0}b@c.org",
    ])
    func `a text that could break a header or reach another mailbox is refused`(address: String) {
        #expect(EmailAddress.problem(address) == "must be an email address such as ada@example.org")
    }

    @Test func `the parts of an email address have limits`() {
        #expect(EmailAddress.problem(String(repeating: "a", count: 64) + "@example.org") == nil)
        #expect(EmailAddress.problem(String(repeating: "a", count: 65) + "@example.org") != nil)
        #expect(EmailAddress.problem("a@" + String(repeating: "b", count: 256)) != nil)
    }

    @Test(arguments: [
        "https://example.org", "https://example.org/hook?a=b#c", "http://example.org:8080/", "HTTPS://EXAMPLE.ORG/",
        "https://192.0.2.1/", "https://[2001:db8::1]:8443/hook",
    ])
    func `a web address is accepted`(address: String) {
        #expect(WebAddress.problem(address) == nil)
    }

    @Test(arguments: [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///hook", "https://user@example.org/",
        "https://user:pass@example.org/", "https://example.org/a b", "https://example.org/\r\nX: y", "https://exämple.org/",
        "javascript:alert(1)", "gopher://example.org/", "https://example.org:99999/", "https://exa%00mple.org/",
        "https://\u{1}example.org/",
    ])
    func `an address that no webhook can be sent to is refused`(address: String) {
        #expect(WebAddress.problem(address) != nil)
    }
}
