/// Whose object it is, as digests that can be compared and not read. As private as the values: never stored or logged.
package struct PatientDigest: Codable, Sendable, Hashable {
    /// Of the trimmed Patient ID; nil where there is none.
    package var id: String?
    package var issuer: String?
    /// Of the name without empty components and without regard to case.
    package var name: String?
    /// Of a birth date of eight digits; nil for anything else.
    package var birthDate: String?
    /// Of M or F; nil for anything else.
    package var sex: String?

    package init(
        id: String? = nil, issuer: String? = nil, name: String? = nil, birthDate: String? = nil, sex: String? = nil
    ) {
        self.id = id
        self.issuer = issuer
        self.name = name
        self.birthDate = birthDate
        self.sex = sex
    }

    init(_ identity: PatientIdentity) {
        func digest(_ value: String?) -> String? {
            value.map { text in Array(text.utf8).withUnsafeBytes { Digest.sha256($0) } }
        }
        let name = identity.name?.lowercased().split { "^= ".contains($0) }.joined(separator: " ")
        let birthDate = identity.birthDate?.filter(\.isNumber)
        self.init(
            id: digest(identity.patientID), issuer: digest(identity.issuer),
            name: digest(name?.isEmpty == true ? nil : name),
            birthDate: digest(birthDate?.count == 8 ? birthDate : nil),
            sex: digest(identity.sex.flatMap { ["M", "F"].contains($0) ? $0 : nil }))
    }
}
