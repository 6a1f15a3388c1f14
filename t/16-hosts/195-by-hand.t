# Values that somebody has written by hand where records stand: they cost their
# own requests, and nobody else's; and the log names each once.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $LONG = 2_000_000;
my $BRIEF = 'token-of-tenant-brief';

my $valkey = start_valkey(replicas => 1);
my $primary = $valkey->primary;
my $pair = start_pair($valkey, timeout => '3s', http => whatsauth_app(
    name => 'brief', token => $BRIEF, callback_url => 'http://127.0.0.1:1/',
    app_secret => 'secret-of-brief',
    more => 'expires 2s; callback_on validated;'));
my ($one, $other) = $pair->hosts;
my @logins = $pair->log_in;


# A code, and the name of its record in the store.

sub issue {
    my (%option) = @_;

    my %before = map { $_ => 1 } @{ $primary->call('KEYS', 'wa:*:r:*') };
    my $answer = $one->issue(%option);
    my ($name) = grep { !$before{$_} }
                 @{ $primary->call('KEYS', 'wa:*:r:*') };

    return $answer->{headers}{'whatsauth-id'}, $name;
}


sub number { return unpack 'Q>', substr $_[0], -8 }


sub state_of {
    my ($host, $id, $token) = @_;

    return $host->get("/api/v1/verification/$id",
                      { Authorization => "Bearer $token" });
}


sub entries {
    my ($name) = @_;

    my $key = substr $name, -8;
    my ($due) = $name =~ /^(wa:\{\w+\}:)/;

    return grep { substr($_, -8) eq $key }
           @{ $primary->call('ZRANGEBYLEX', "${due}due", '-', '+') };
}


# As a client knows them that connects no more itself.

sub connections {
    my ($client) = @_;

    my ($n) = $client->call('INFO', 'stats')
              =~ /^total_connections_received:(\d+)/m;
    return $n;
}

subtest 'a record of more than a megabyte' => sub {
    my ($id, $name) = issue();

    $primary->call('SET', $name, 'x' x $LONG);

    my $client = $primary->client;
    my $before = connections($client);

    for my $host ($one, $other, $one, $other) {
        is state_of($host, $id, $TOKEN)->{status}, 503,
            'its own request fails';
        push @logins, $pair->log_in;
        is $logins[-1]{retries}, 0, 'a login is not held up';
    }

    is connections($client), $before, 'no host has connected anew';
    ok $pair->told("a value of $LONG bytes is passed over"), 'it is told';
    is $pair->told('an odd reply'), 0, 'and no odd reply is';
};

my @damaged;

for my $case (
    [ 'too long', 'x' x $LONG ],
    [ 'too short', 'abc' ],
    [ 'of zeros', "\0" x 200 ],
) {
    my ($title, $value) = @$case;

    subtest "a code that expires, its record $title" => sub {
        my ($id, $name) = issue(token => $BRIEF);
        my $number = number($name);

        $primary->call('SET', $name, $value);
        push @damaged, $number;

        ok wait_until(sub { $pair->told("record $number cannot be read") },
                      20), 'it is told';
        is scalar(entries($name)), 0, 'it is not due any more';

        # Time goes on: the next code expires in a later sweep.

        my ($next) = issue(token => $BRIEF);

        ok wait_until(sub { state_of($other, $next, $BRIEF)->{json}{status}
                            eq 'expired' }, 20), 'others expire';
        is $pair->told("record $number cannot be read"), 1,
            'and it is told once, by one of the hosts';
        is length $primary->call('GET', $name), length $value,
            'the record is still there';
        is state_of($_, $id, $BRIEF)->{status}, 503, 'a request for it fails'
            for $one, $other;
    };
}

my $check = join '', $one->store_says('check');

like $check, qr/^fault: record $_ cannot be read$/m,
    'whatsauth-store check names it' for @damaged;

# As docs/HOSTS.md says, with the key as the line has it.

my ($cli) = grep { -x } qw( /usr/bin/valkey-cli /usr/bin/redis-cli );
my ($remove) = read_file("$TOP/docs/HOSTS.md")
               =~ /^valkey-cli --user admin -c ([^']+)'"wa:/m;
my ($host, $port) = split /:/, $primary->address;

for my $number (@damaged) {
    my ($key) = map { $_->error_log =~ /record $number [^"]+, key (".*?")/ }
                    $one, $other;
    my @words = map { $_ eq '\\' ? () : $_ } split ' ', $remove;

    open my $said, '-|', $cli, '-h', $host, '-p', $port, @words, $key
        or die "$cli: $!\n";
    is join('', <$said>), "1\n", 'the command of the page removes the row';
    close $said;
}

$check = join '', $one->store_says('check');

unlike $check, qr/record $_ cannot/, 'check names it no more' for @damaged;

$pair->holds('all logins meanwhile are known', @logins);
$pair->stop;
$valkey->stop;

done_testing;
