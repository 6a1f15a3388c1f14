
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Shared by the stores on this machine: the one that is looked into, and the
 * one that is to be.
 */


#ifndef _WHATSAUTH_LMDB_H_INCLUDED_
#define _WHATSAUTH_LMDB_H_INCLUDED_


#include "lmdb_store/lmdb_store.h"
#include "whatsauth_store.h"


/*
 * Root takes the rights of the store's owner.  The owner, who runs the
 * workers, could put links there in the place of the files that LMDB opens
 * to write.  Returns 0; or -1, and a sentence in detail.
 */
int whatsauth_lmdb_drop_rights(const char *path, char *detail);


#endif /* _WHATSAUTH_LMDB_H_INCLUDED_ */
