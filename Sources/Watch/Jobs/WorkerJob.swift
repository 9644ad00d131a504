/// What the daemon asks of a worker: plain JSON, so that another scheduler can run the same worker.
package enum WorkerJob: Codable, Sendable {
    /// Read headers; say what each file is and what the studies hold.
    case inspect(InspectJob)
    /// One case, from its files to a folder that is ready to publish.
    case screen(ScreenJob)
    /// One DICOM series into one NIfTI file, for the command line: it reads the same files that may be hostile.
    case convert(ConvertJob)
    /// The known answers of models.
    case selftest(SelftestJob)

    private enum Kind: String, Codable { case inspect, screen, convert, selftest }
    private enum CodingKeys: String, CodingKey { case kind, inspect, screen, convert, selftest }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .inspect: self = .inspect(try container.decode(InspectJob.self, forKey: .inspect))
        case .screen: self = .screen(try container.decode(ScreenJob.self, forKey: .screen))
        case .convert: self = .convert(try container.decode(ConvertJob.self, forKey: .convert))
        case .selftest: self = .selftest(try container.decode(SelftestJob.self, forKey: .selftest))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .inspect(let job):
            try container.encode(Kind.inspect, forKey: .kind)
            try container.encode(job, forKey: .inspect)
        case .screen(let job):
            try container.encode(Kind.screen, forKey: .kind)
            try container.encode(job, forKey: .screen)
        case .convert(let job):
            try container.encode(Kind.convert, forKey: .kind)
            try container.encode(job, forKey: .convert)
        case .selftest(let job):
            try container.encode(Kind.selftest, forKey: .kind)
            try container.encode(job, forKey: .selftest)
        }
    }
}

/// A file handed to a worker: where its private copy lies, and what it was called where it came from.
package struct JobFile: Codable, Sendable, Hashable {
    package var path: String
    /// Path below the inbox, for NIfTI names and folders. May hold a patient's name: never logged.
    package var name: String
    package var sha256: String

    package init(path: String, name: String, sha256: String) {
        self.path = path
        self.name = name
        self.sha256 = sha256
    }
}

extension ScreenJob {
    /// The work folder's sub-folder that becomes the published one.
    package static let publishFolder = "publish"
}
