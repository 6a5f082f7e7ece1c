import Testing

@testable import Accounts

@Suite struct APIKeyTests {
    @Test(arguments: [
        ("Bearer posthorn_shop_1", "posthorn_shop_1"), ("bEARER  posthorn_shop_1", "posthorn_shop_1"), ("Bearer shop", nil),
        ("Basic posthorn_shop_1", nil), ("Bearer", nil), ("Bearer ", nil), ("", nil), ("posthorn_shop_1", nil),
        ("Bearer posthorn_" + String(repeating: "a", count: 248), nil),
    ])
    func readsAnAuthorization(_ header: String, _ key: String?) { #expect(APIKey.bearer(header) == key) }
}
