/// Whose study it is. Decoded to UTF-8; control and bidirectional characters dropped; each value at most 128 characters.
///
/// Kept apart from `FileHeader` so that nothing that carries a header carries a name by accident.
package struct PatientIdentity: Codable, Sendable, Hashable {
    /// As in DICOM, components parted by `^`, groups by `=`.
    package var name: String?
    package var patientID: String?
    package var issuer: String?
    /// YYYYMMDD.
    package var birthDate: String?
    package var sex: String?
    package var accession: String?
    /// YYYYMMDD.
    package var studyDate: String?
    /// HHMMSS.FFFFFF.
    package var studyTime: String?

    package init(
        name: String? = nil, patientID: String? = nil, issuer: String? = nil, birthDate: String? = nil,
        sex: String? = nil, accession: String? = nil, studyDate: String? = nil, studyTime: String? = nil
    ) {
        self.name = name
        self.patientID = patientID
        self.issuer = issuer
        self.birthDate = birthDate
        self.sex = sex
        self.accession = accession
        self.studyDate = studyDate
        self.studyTime = studyTime
    }

    init(of root: DataSet, in characters: CharacterSet) {
        self.init(
            name: characters.text(root.bytes(.patientName), delimiters: "^="),
            patientID: characters.text(root.bytes(.patientID), delimiters: "\\"),
            issuer: characters.text(root.bytes(.issuerOfPatientID), delimiters: "\\"),
            birthDate: root.code(.patientBirthDate),
            sex: root.code(.patientSex),
            accession: characters.text(root.bytes(.accessionNumber), delimiters: "\\"),
            studyDate: root.code(.studyDate),
            studyTime: root.code(.studyTime))
    }
}
