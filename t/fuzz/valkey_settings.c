
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * INFO and CONFIG GET of any server: no more is taken than there is, and hosts
 * and ports are possible ones.  The input: the length of INFO in two bytes,
 * INFO, and the reply to CONFIG GET as it was sent.
 */


#include "fuzz.h"
#include "valkey_store/settings.h"


static const valkey_store_limits_t  limits = { 256, 1 << 16, 256, 3, 0 };


static void
check_replicas(const valkey_store_settings_t *settings,
    const whatsauth_text_t *info)
{
    unsigned                       i;
    whatsauth_text_t               host;
    const valkey_store_address_t  *replica;

    fuzz_check(settings->replicas <= VALKEY_STORE_SETTINGS_REPLICAS_MAX);

    for (i = 0; i < settings->replicas; i++) {
        replica = &settings->replica[i];
        host.data = replica->host.data;
        host.len = replica->host.len;

        fuzz_check(replica->port != 0 && host.len != 0);
        fuzz_check(valkey_store_address_host_is_sane(&replica->host));
        fuzz_check(fuzz_is_within(&host, info));
    }
}


static void
check_faults(const valkey_store_settings_t *settings)
{
    unsigned  with, without;

    with = valkey_store_settings_faults(settings, 1);
    without = valkey_store_settings_faults(settings, 0);

    fuzz_check(with < 1u << VALKEY_STORE_FAULTS);
    fuzz_check((without & ~with) == 0);
    fuzz_check(!valkey_store_faults_refuse(without)
               || valkey_store_faults_refuse(with));
    fuzz_check(!valkey_store_settings_is_short(settings)
               || settings->max != 0);
}


static void
read_config(fuzz_input_t *in, valkey_store_settings_t *settings)
{
    whatsauth_text_t             bytes;
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;

    bytes = fuzz_rest(in);
    valkey_store_reader_init(&reader, &limits);
    (void) valkey_store_reader_add(&reader, bytes.data, bytes.len);
    fuzz_free(&bytes);

    if (valkey_store_reader_next(&reader, &reply) == VALKEY_STORE_READ_OK) {
        (void) valkey_store_settings_config_read(reply, settings);
    }

    valkey_store_reader_free(&reader);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                   len;
    fuzz_input_t             in;
    whatsauth_text_t         info;
    valkey_store_reply_t     reply = { 0 };
    valkey_store_settings_t  settings = { 0 };

    in = fuzz_input(data, size);
    len = (size_t) fuzz_number(&in, 2);
    len = (len < (size_t) (in.end - in.pos)) ? len
                                             : (size_t) (in.end - in.pos);
    info = fuzz_copy(in.pos, len);
    in.pos += len;

    reply.type = VALKEY_STORE_REPLY_BULK;
    reply.text.data = info.data;
    reply.text.len = info.len;

    fuzz_check(valkey_store_settings_info_read(&reply, &settings) == 0);
    read_config(&in, &settings);

    check_replicas(&settings, &info);
    check_faults(&settings);

    fuzz_free(&info);

    return 0;
}
