import Simulation

/// The texts of a cohort's folder that are about everybody.
enum CohortTables {
    /// Description, explanation of columns and a word to readers; the same bytes at every call.
    static func writeDescription(_ files: CohortFiles, implanted: Bool) throws(TrainingError) {
        try files.put(
            CohortFiles.json(implanted ? Description.implants : Description.cohort), at: "dataset_description.json")
        try files.put(CohortFiles.json(Description.brain), at: "derivatives/brain/dataset_description.json")
        try files.put(CohortFiles.json(columns), at: "participants.json")
        try files.put((implanted ? implantReadme : cohortReadme) + layout, at: "README")
    }

    /// `participants.tsv`, in the order of labels.
    static func writeParticipants(_ files: CohortFiles, _ records: [CohortFiles.Record]) throws(TrainingError) {
        let header = [
            "participant_id", "group", "sex", "age_scan", "split", "pair", "source", "severity", "lesion_ml", "anatomy",
        ]
        let rows = records.sorted { $0.id < $1.id }.map { record in
            [
                record.id, record.group.rawValue, record.sex, String(record.age), record.split, record.pair ?? "n/a",
                record.source ?? "n/a", decimal(record.severity), decimal(record.lesionMillilitres), record.anatomy,
            ]
        }
        let text = ([header] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
        try files.put(text, at: "participants.tsv")
    }

    /// Four decimals at most.
    private static func decimal(_ value: Double?) -> String {
        value.map { String(($0 * 10_000).rounded() / 10_000) } ?? "n/a"
    }

    private struct Description: Encodable {
        var name: String
        var type: String
        var version = "1.6.0"
        var licence = "CC0"
        var made: [Program]

        struct Program: Encodable {
            var name = "fcdwatch simulate"
            /// Of the simulation.
            var version = "\(SimulationVersion.current)"
            var text: String

            private enum CodingKeys: String, CodingKey {
                case name = "Name"
                case version = "Version"
                case text = "Description"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case type = "DatasetType"
            case version = "BIDSVersion"
            case licence = "License"
            case made = "GeneratedBy"
        }

        static let cohort = Description(
            name: "Simulated brain MRI with focal cortical dysplasia: nobody in this data set is real", type: "raw",
            made: [Program(text: "Images, lesions, ages and sexes are computed from a seed. No person was scanned.")])
        static let implants = Description(
            name: "Real brain MRI with computed focal cortical dysplasias: no lesion in this data set is real",
            type: "raw",
            made: [Program(text: "Lesions, ages and sexes are computed from a seed and put into real scans.")])
        static let brain = Description(
            name: "Brains of the subjects of a simulation", type: "derivative",
            made: [Program(text: "1 where the simulation has brain, on the grid of the FLAIR image.")])
    }

    private struct Column: Encodable {
        var text: String
        init(_ text: String) { self.text = text }
        private enum CodingKeys: String, CodingKey { case text = "Description" }
    }

    private static let columns: [String: Column] = [
        "group": Column("hc: simulated control; fcd: simulated patient with a focal cortical dysplasia"),
        "sex": Column("drawn; without influence on the images"),
        "age_scan": Column("category of five years as in ds004199, drawn; without influence on the images"),
        "split": Column("train or test, as the plan shares them out"),
        "pair": Column("subjects with the same label are the same head and noise with and without a lesion"),
        "source": Column("subjects with the same label were made from the same real scan and belong into one fold"),
        "severity": Column("how conspicuous the lesion is, 0 (nothing) to 1 (obvious)"),
        "lesion_ml": Column("volume of the lesion's mask, millilitres"),
        "anatomy": Column("folded: made up; maps: from tissue maps, bent; scan: a real scan with an implant"),
    ]

    private static let cohortReadme = """
        Nobody in this data set is real. FCDWatch computed the images from the plan in cohort.toml; the same plan and
        version of the simulation give the same bytes. Controls went through the same steps as
        patients, with a lesion of amplitude 0.

        """
    private static let implantReadme = """
        No lesion in this data set is real: FCDWatch computed them from the plan in cohort.toml and put them into real
        scans. A control is the scan of its pair after the same steps, with a lesion of amplitude 0.

        """
    private static let layout = """
        Layout: BIDS. Lesion masks: *_FLAIR_roi.nii.gz. Brain masks: derivatives/brain. Both on the FLAIR's grid.

        """
}
