# Only workers open the store: a master that did so would hand its locks to
# its children, and the cache manager has no use for it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    http => 'proxy_cache_path ' . slot_folder() . '/cache keys_zone=c:1m;');

my $code = $nginx->issue->{json}{code};

ok wait_until(sub { cache_manager() }), 'cache manager - it runs';

for ([ 'the cache manager', cache_manager() ], [ 'the master', $nginx->pid ]) {
    my ($name, $pid) = @$_;
    is_deeply [ opened($pid) ], [], "$name has not opened the store";
}

for my $worker ($nginx->workers) {
    is_deeply [ opened($worker) ], [ 'data.mdb', 'lock.mdb' ],
        'a worker has';
}

$nginx->message(text_message(">>$code<<"));
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'cache manager - a login beside it';

$nginx->reload;
is $nginx->issue->{status}, 200, 'cache manager - after a reload';

$nginx->stop;
done_testing;


sub cache_manager {
    for my $file (glob '/proc/[0-9]*/stat') {
        my ($pid, $parent) = try_read_file($file)
                             =~ /^(\d+) \(.*\) \S (\d+)/ or next;
        return $pid if $parent == $nginx->pid
                       && try_read_file("/proc/$pid/cmdline")
                          =~ /cache manager/;
    }

    return;
}


sub opened {
    my ($pid) = @_;

    my %files = map { $_ => 1 } grep { defined } map { readlink }
                glob "/proc/$pid/fd/*";
    $files{$_} = 1 for try_read_file("/proc/$pid/maps") =~ m{ (/\S+\.mdb)$}mg;

    return sort map { m{/store/(\w+\.mdb)$} ? $1 : () } keys %files;
}
