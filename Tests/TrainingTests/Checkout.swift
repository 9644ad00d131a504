import Foundation

/// The checkout that these tests were built from.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let plans = root.appending(path: "etc")
    static let fixtures = root.appending(path: "Tests/Fixtures")
}
