import Model
import Testing

@Suite struct NamesTests {
    @Test(arguments: ["a", "shop", "shop-2", "0", String(repeating: "a", count: 40)])
    func `a service's name is a word of a routing key`(name: String) {
        #expect(TenantName(name)?.text == name)
    }

    @Test(arguments: ["", "-a", "Shop", "shop.news", "shop_news", "#", "*", "a b", "é", String(repeating: "a", count: 41)])
    func `other names are no service's`(name: String) {
        #expect(TenantName(name) == nil)
    }

    @Test func `a label has 1 to 200 characters and no control characters`() {
        #expect(Label.isValid("News & more, täglich 🎺"))
        #expect(Label.isValid(String(repeating: "🎺", count: 200)) && !Label.isValid(String(repeating: "a", count: 201)))
        #expect(!Label.isValid("") && !Label.isValid("a\nb") && !Label.isValid("a\0") && !Label.isValid("\u{85}"))
    }
}
