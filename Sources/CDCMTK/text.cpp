#include "dcm_read.h"

#include <cerrno>
#include <cstring>
#include <iconv.h>

extern "C" {

int64_t dcm_to_utf8(const char *encoding, const char *bytes, size_t count, char *out, size_t capacity)
{
    static const char gap[] = "\xef\xbf\xbd"; // U+FFFD
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == reinterpret_cast<iconv_t>(-1)) return -1;
    char *from = const_cast<char *>(bytes);
    char *to = out;
    size_t left = count, room = capacity;
    bool fits = true;
    while (fits && left > 0 && iconv(converter, &from, &left, &to, &room) == static_cast<size_t>(-1)) {
        fits = (errno == EILSEQ || errno == EINVAL) && room >= 3;
        if (!fits) break;
        std::memcpy(to, gap, 3);
        to += 3;
        room -= 3;
        ++from;
        --left;
        iconv(converter, nullptr, nullptr, nullptr, nullptr);
    }
    fits = fits && iconv(converter, nullptr, nullptr, &to, &room) != static_cast<size_t>(-1);
    iconv_close(converter);
    return fits ? static_cast<int64_t>(capacity - room) : -1;
}

} // extern "C"
