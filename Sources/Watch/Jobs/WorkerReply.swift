package import Imaging

/// The one result of a job: its answer, or why there is none.
package enum WorkerReply<Answer: Codable & Sendable>: Codable, Sendable {
    case answer(Answer)
    /// The job could not be done; another attempt may.
    case failure(Reason)
    /// A model is not what its manifest says: no job can be done until it is.
    case modelFault(Reason)

    private enum CodingKeys: String, CodingKey { case answer, failure, modelFault }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let reason = try container.decodeIfPresent(Reason.self, forKey: .modelFault) {
            self = .modelFault(reason)
        } else if let reason = try container.decodeIfPresent(Reason.self, forKey: .failure) {
            self = .failure(reason)
        } else {
            self = .answer(try container.decode(Answer.self, forKey: .answer))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .answer(let answer): try container.encode(answer, forKey: .answer)
        case .failure(let reason): try container.encode(reason, forKey: .failure)
        case .modelFault(let reason): try container.encode(reason, forKey: .modelFault)
        }
    }
}
