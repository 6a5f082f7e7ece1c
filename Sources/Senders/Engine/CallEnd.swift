/// What a provider behind its gate reports for one notification.
struct CallEnd: Sendable, Equatable {
    let verdict: Verdict
    /// From handing it to the provider to the verdict; nil where the provider was not called.
    var took: Duration?
}
