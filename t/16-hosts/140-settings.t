# A server that could lose what it has acknowledged is refused: the store stays
# closed, and the log says which setting is wrong.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey(replicas => 1);
my $primary = $valkey->primary;


sub closed_nginx {
    my (%option) = @_;

    my $replicas = $option{replicas} // 1;

    return start_nginx(place => $valkey->url,
        store => "replicas=$replicas timeout=1s " . ($option{store} // ''),
        allow => qr/whatsauth store "/);
}


# An nginx with this store tells of it, and does nothing else.

sub refused_store {
    my ($title, $text, %option) = @_;

    my $nginx = closed_nginx(%option);

    ok wait_until(sub { $nginx->error_log
        =~ /\[crit\] [^\n]*whatsauth store "[^"\n]*": [^\n]*\Q$text\E/ }, 20),
        "$title - \"$text\"" or diag $nginx->error_log;
    is $nginx->issue->{status}, 503, 'and no code';
    unlike $nginx->error_log, qr/\Q$PASSWORD\E|wrong-password/,
        'no password is in the log';

    $nginx->stop;
}


sub with_setting {
    my ($name, $value, $text) = @_;

    my $before = $primary->call('CONFIG', 'GET', $name)->[1];

    $primary->call('CONFIG', 'SET', $name, $value);
    refused_store("$name $value", $text);
    $primary->call('CONFIG', 'SET', $name, $before);
}

with_setting('appendonly', 'no', 'appendonly is off');
with_setting('appendfsync', 'everysec', 'appendfsync is not always');
with_setting('maxmemory-policy', 'allkeys-lru', 'maxmemory-policy evicts');

subtest 'a replica' => sub {
    my ($replica) = $valkey->replicas;

    $replica->call('CONFIG', 'SET', 'appendfsync', 'everysec');

    my $nginx = closed_nginx();

    ok wait_until(sub { $nginx->error_log
        =~ /\[crit\] [^\n]*appendfsync is not always/ }, 20),
        'whose setting is wrong - is told of, too';
    $replica->call('CONFIG', 'SET', 'appendfsync', 'always');
    $nginx->stop;
};

subtest 'a store of a later version' => sub {
    my $pair = start_pair($valkey);

    $pair->stop;

    my ($meta) = @{ $primary->call('KEYS', 'wa:*:meta') };
    my $value = $primary->call('GET', $meta);

    ok defined $value, 'the store has a row of its own';
    $primary->call('SET', $meta, 'whatsauth' . "\xff" x 60);
    refused_store('another schema', 'schema');
    is $primary->call('GET', $meta), 'whatsauth' . "\xff" x 60,
        'and is left as it was';
    $primary->call('SET', $meta, $value);
};

subtest 'nobody there' => sub {
    $valkey->stop;
    refused_store('no server', 'cannot be reached');
};

subtest 'a password' => sub {
    $valkey = start_valkey(acl => 1);
    $primary = $valkey->primary;

    refused_store('a wrong one', 'WRONGPASS', replicas => 0,
        store => 'user=whatsauth password=wrong-password');

    my $pair = start_pair($valkey, replicas => 0,
        store => "user=whatsauth password=$PASSWORD");

    is $pair->log_in->{retries}, 0, 'the right one - logs in';
    $pair->stop;
    $valkey->stop;
};

subtest 'TLS' => sub {
    my $trusted = make_certificates(slot_folder() . '/trusted');
    my $other = make_certificates(slot_folder() . '/other');

    $valkey = start_valkey(tls => $trusted);

    refused_store('a certificate of another authority', 'certificate',
        replicas => 0, store => 'trusted_certificate=' . $other->file);

    $valkey->stop;
};

done_testing;
