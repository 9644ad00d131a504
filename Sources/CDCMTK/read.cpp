#include "object.h"

#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/oflog/oflog.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

using namespace fcd;

namespace {

/// Values longer than this are left in the file until asked for.
constexpr Uint32 valueBytesKept = 4096;
/// A text or number value longer than this is no header field.
constexpr Uint32 longestFieldBytes = 1u << 16;

void prepare()
{
    static const bool once = [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL); // messages may quote the file
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        DcmRLEDecoderRegistration::registerCodecs();
        return true;
    }();
    (void)once;
}

/// A decimal number exactly as written; spaces around it and a leading plus are allowed, anything else is not.
bool parse(const char *text, size_t count, double &out)
{
    const char *end = text + count;
    while (text < end && *text == ' ') ++text;
    while (end > text && (end[-1] == ' ' || end[-1] == 0)) --end;
    if (text < end && *text == '+') ++text;
    const auto result = std::from_chars(text, end, out);
    return result.ec == std::errc() && result.ptr == end;
}

/// One number at `index` of an element, whatever its value representation.
bool number(DcmElement *element, unsigned long index, double &out)
{
    switch (element->ident()) {
    case EVR_FD: {
        Float64 v = 0;
        if (element->getFloat64(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_FL: {
        Float32 v = 0;
        if (element->getFloat32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_US: {
        Uint16 v = 0;
        if (element->getUint16(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_SS: {
        Sint16 v = 0;
        if (element->getSint16(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_UL: {
        Uint32 v = 0;
        if (element->getUint32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_SL: {
        Sint32 v = 0;
        if (element->getSint32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_DS:
    case EVR_IS: {
        OFString text;
        if (element->getOFString(text, index).bad() || text.empty()) return false;
        if (!parse(text.c_str(), text.size(), out)) return false;
        break;
    }
    default:
        return false;
    }
    return std::isfinite(out);
}

} // namespace

extern "C" {

int32_t dcm_dictionary_loaded(void)
{
    prepare();
    return dcmDataDict.isDictionaryLoaded() ? 1 : 0;
}

dcm_object *dcm_open(const char *path, dcm_status *status)
{
    set(status, DCM_UNREADABLE, "");
    status->transfer_syntax[0] = 0;
    dcm_object *result = nullptr;
    guarded(status, [&] {
        prepare();
        auto object = std::make_unique<dcm_object>();
        const OFCondition read =
            object->file.loadFile(OFFilename(path), EXS_Unknown, EGL_noChange, valueBytesKept, ERM_autoDetect);
        OFString named;
        if (object->file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, named).good())
            std::snprintf(status->transfer_syntax, sizeof status->transfer_syntax, "%s", named.c_str());
        if (read.bad()) {
            const bool cut = read == EC_StreamNotifyClient || read == EC_EndOfStream || read == EC_InvalidStream;
            set(status, cut ? DCM_TRUNCATED : DCM_UNREADABLE, read.text());
            return;
        }
        object->transferSyntax = DcmXfer(object->file.getDataset()->getOriginalXfer()).getXferID();
        set(status, DCM_OK, "");
        result = object.release();
    });
    return result;
}

void dcm_close(dcm_object *object)
{
    dcm_status ignored;
    guarded(&ignored, [&] { delete object; });
}

const char *dcm_transfer_syntax(const dcm_object *object) { return object->transferSyntax.c_str(); }

const dcm_item *dcm_dataset(const dcm_object *object)
{
    return asHandle(const_cast<dcm_object *>(object)->file.getDataset());
}

uint32_t dcm_item_count(const dcm_item *item, uint16_t group, uint16_t element)
{
    uint32_t count = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        auto *sequence = dynamic_cast<DcmSequenceOfItems *>(find(item, group, element));
        if (sequence && sequence->ident() == EVR_SQ) count = static_cast<uint32_t>(sequence->card());
    });
    return count;
}

const dcm_item *dcm_sub_item(const dcm_item *item, uint16_t group, uint16_t element, uint32_t index)
{
    const dcm_item *found = nullptr;
    dcm_status ignored;
    guarded(&ignored, [&] {
        auto *sequence = dynamic_cast<DcmSequenceOfItems *>(find(item, group, element));
        if (sequence && sequence->ident() == EVR_SQ && index < sequence->card())
            found = asHandle(sequence->getItem(index));
    });
    return found;
}

int64_t dcm_text(const dcm_item *item, uint16_t group, uint16_t element, char *out, size_t capacity)
{
    int64_t copied = -1;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || !found->isaString() || found->getLength() > longestFieldBytes) return;
        OFString text;
        if (found->getOFStringArray(text, OFFalse).bad() || text.size() > capacity) return;
        std::memcpy(out, text.data(), text.size());
        copied = static_cast<int64_t>(text.size());
    });
    return copied;
}

int32_t dcm_numbers(const dcm_item *item, uint16_t group, uint16_t element, double *out, int32_t capacity)
{
    int32_t count = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || found->getLength() > longestFieldBytes) return;
        const unsigned long values = found->getVM();
        while (count < capacity && static_cast<unsigned long>(count) < values) {
            if (!number(found, static_cast<unsigned long>(count), out[count])) {
                count = 0;
                return;
            }
            ++count;
        }
    });
    return count;
}

int64_t dcm_bytes(const dcm_item *item, uint16_t group, uint16_t element, uint8_t *out, size_t capacity)
{
    int64_t length = -1;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || (found->getVR() != EVR_OB && found->getVR() != EVR_UN)) return;
        const Uint32 count = found->getLength();
        if (count == DCM_UndefinedLength) return;
        if (out && count > 0) {
            Uint8 *bytes = nullptr;
            if (found->getUint8Array(bytes).bad() || !bytes) return;
            std::memcpy(out, bytes, count < capacity ? count : capacity);
        }
        length = count;
    });
    return length;
}

uint16_t dcm_private_block(const dcm_item *item, uint16_t group, const char *creator)
{
    uint16_t block = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        for (uint32_t candidate = 0x10; item && candidate <= 0xff; ++candidate) {
            DcmElement *found = find(item, group, static_cast<uint16_t>(candidate));
            OFString name;
            // Creators are reserved without gaps as a rule; a few gaps are tolerated.
            if (!found) {
                if (candidate >= 0x20) return;
                continue;
            }
            if (!found->isaString() || found->getLength() > 128 || found->getOFString(name, 0).bad()) continue;
            const size_t end = name.find_last_not_of(' ');
            if (end != OFString_npos && name.substr(0, end + 1) == creator) {
                block = static_cast<uint16_t>(candidate);
                return;
            }
        }
    });
    return block;
}

} // extern "C"
