#!/usr/bin/perl
#
# statics.pl [FOLDER]: a static function has the name of its file, so that a
# name in a debugger, a log or a grep tells where it is; `./dev lint` calls it.
# FOLDER holds the rooms, by default the current one.
#
#     ngx_http_whatsauth_module/kit/log.c    ngx_http_whatsauth_log_...
#     protocol/url.c                         whatsauth_url_...
#     ledger/hash.c                          ledger_hash_...
#     lmdb_store/mark.c                      lmdb_store_mark_...
#     lmdb_store/commit_ring_lead.c          commit_ring_lead_...
#     tool/whatsauth_store.c                 whatsauth_store_...

use strict;
use warnings;

my $MODULE = 'ngx_http_whatsauth_module';
my @ROOMS = ('protocol', 'ledger', '*_store', 'tool', $MODULE, "$MODULE/*");

my ($top) = (@ARGV, '.');
my $found = 0;

for my $file (map { sort glob "$top/$_/*.c" } @ROOMS) {
    my $name = $file =~ s{^\Q$top\E/}{}r;
    my $prefix = prefix($name);
    my @odd = grep { !/^\Q$prefix\E(?:_|$)/ } statics($file);

    complain("$name: $_() must begin with $prefix\_") for @odd;
}

exit $found;


sub complain {
    print "$_[0]\n";
    $found = 1;
}


sub prefix {
    my ($file) = @_;

    my ($room, $name) = $file =~ m{^(\w+)/(?:\w+/)?(\w+)\.c$};

    return "ngx_http_whatsauth_$name" if $room eq $MODULE;
    return "whatsauth_$name" if $room eq 'protocol';
    return $name if $room eq 'tool' || $name =~ /^(?:commit_ring|changed_log)/;
    return $name eq $room ? $name : "$room\_$name";
}


# In nginx's style the name of a function that is defined begins a line.

sub statics {
    my ($file) = @_;

    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };

    return $text =~ /^static\b[^;=(]*\n(\w+)\(/mg;
}
