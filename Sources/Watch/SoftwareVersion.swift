/// The version of this program, the newest of CHANGELOG.md.
package enum SoftwareVersion {
    package static let current = softwareVersion
    private static let softwareVersion = "0.1.0"
}
