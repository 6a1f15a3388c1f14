
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Devices: whatever the header says, what a user is told is a browser, or a
 * browser "on" a system, in words of letters alone, and the same each time.
 */


#include "fuzz.h"
#include "protocol/device.h"


static int
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ';
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char              device[WHATSAUTH_DEVICE_MAX];
    char              again[WHATSAUTH_DEVICE_MAX];
    size_t            i, len;
    whatsauth_text_t  user_agent;

    user_agent = fuzz_copy(data, size);

    len = whatsauth_device(&user_agent, device);

    fuzz_check(len > 0 && len <= WHATSAUTH_DEVICE_MAX);
    fuzz_check(device[0] != ' ' && device[len - 1] != ' ');

    for (i = 0; i < len; i++) {
        fuzz_check(is_word(device[i]));
    }

    fuzz_check(whatsauth_device(&user_agent, again) == len);
    fuzz_check(memcmp(device, again, len) == 0);

    fuzz_free(&user_agent);

    return 0;
}
