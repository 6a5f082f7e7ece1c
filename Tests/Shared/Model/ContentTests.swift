import JSON
import Model
import Testing

@Suite struct ContentTests {
    @Test func `an encoded content can be read and is known by its digest`() throws {
        let tenant = try #require(TenantName("shop"))
        let sentAt = Timestamp(seconds: 1_700_000_000)
        let request = Request(channels: ["news"], text: ["Title", "One", "Two"], metadata: ["a": [1]], reference: "r")
        let content = Content(of: request, id: .fresh(), tenant: tenant, sentAt: sentAt)
        let encoded = EncodedContent(content)
        #expect(try Content(JSON(parsing: encoded.bytes)) == content)
        #expect(encoded == EncodedContent(content) && encoded.digest.count == 32)
        #expect(content.title == "Title" && content.body == "One\n\nTwo" && content.timestamp == sentAt)
    }

    @Test func `a title alone is its own body`() throws {
        let content = Content(
            of: Request(channels: ["a"], text: ["T"]), id: .fresh(), tenant: try #require(TenantName("shop")), sentAt: .now)
        #expect(content.body == "T")
    }
}
