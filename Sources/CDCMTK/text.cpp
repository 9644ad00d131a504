#include "dcm_read.h"

#include <iconv.h>

extern "C" {

int64_t dcm_to_utf8(const char *encoding, const char *bytes, size_t count, char *out, size_t capacity)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == reinterpret_cast<iconv_t>(-1)) return -1;
    char *from = const_cast<char *>(bytes);
    char *to = out;
    size_t left = count, room = capacity;
    const bool done = iconv(converter, &from, &left, &to, &room) != static_cast<size_t>(-1) &&
                      iconv(converter, nullptr, nullptr, &to, &room) != static_cast<size_t>(-1);
    iconv_close(converter);
    return done && left == 0 ? static_cast<int64_t>(capacity - room) : -1;
}

} // extern "C"
