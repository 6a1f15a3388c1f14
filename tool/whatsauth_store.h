
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Shared by the files of the tool. */


#ifndef _WHATSAUTH_STORE_H_INCLUDED_
#define _WHATSAUTH_STORE_H_INCLUDED_


#include "lmdb_store/lmdb_store.h"


/* Exit statuses */
#define WHATSAUTH_STORE_OK      0
#define WHATSAUTH_STORE_FAULTS  1
#define WHATSAUTH_STORE_FAILED  2


/* Says why a store cannot be read, and returns FAILED. */
int whatsauth_store_broken(lmdb_store_t *store);

/* The verb "dump". */
int whatsauth_store_dump(lmdb_store_t *store);


#endif /* _WHATSAUTH_STORE_H_INCLUDED_ */
