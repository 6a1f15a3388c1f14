# Rows that somebody has written over, with noise, half of a row, that of
# another key, or a key of another type: each refuses its one login, nothing
# crashes, and all others go on.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey();
my $client = $valkey->primary->client;
my $pair = start_pair($valkey, replicas => 0, timeout => '1s',
    store => 'session_cache=0');
my ($one, $other) = $pair->hosts;
my $persons = 0;


# Each writes over the row of a key; the second is a key of the same kind.

my %damage = (
    'noise' => sub { $client->call('SET', $_[0], join '', map { chr rand 256 }
                                   1 .. 200) },
    'noise behind its stamp' => sub { $client->call('SETRANGE', $_[0], 8,
        join '', map { chr rand 256 } 1 .. 120) },
    'half of it' => sub {
        my $row = $client->call('GET', $_[0]);
        $client->call('SET', $_[0], substr $row, 0, length($row) / 2);
    },
    'a byte too many' => sub { $client->call('APPEND', $_[0], 'x') },
    'nothing' => sub { $client->call('SET', $_[0], '') },
    'seven bytes' => sub { $client->call('SET', $_[0], '1234567') },
    'a stamp alone' => sub { $client->call('SET', $_[0], '12345678') },
    'the row of another key' => sub {
        $client->call('SET', $_[0], $client->call('GET', $_[1]));
    },
    'a list' => sub { $client->call('DEL', $_[0]);
                      $client->call('RPUSH', $_[0], 'x') },
    'a large value' => sub { $client->call('SET', $_[0], 'x' x 100_000) },
);


# The keys of a kind that came while this was done.

sub new_keys {
    my ($kind, $do) = @_;

    my %before = map { $_ => 1 } @{ $client->call('KEYS', "wa:*:$kind:*") };

    $do->();
    return grep { !$before{$_} } @{ $client->call('KEYS', "wa:*:$kind:*") };
}


sub person { return sprintf '5695%07d', ++$persons }


sub private {
    my ($host, $browser) = @_;

    return $host->get('/private/', { Cookie => $browser->cookie })->{status};
}


for my $name (sort keys %damage) {
    my ($browser, $sound, $person);

    # A record that waits, then one that is validated.

    my $issued;
    my ($record) = new_keys('r', sub { $issued = $one->issue(claim => 1) });
    my ($else) = new_keys('r', sub { $one->issue });

    $damage{$name}->($record, $else);

    my $posted = $other->message(text_message(">>$issued->{json}{code}<<"));
    my $collected = $one->request(Test::WhatsAuth::Pair::collect_request(
        $issued->{headers}{'whatsauth-claim'}, 'key'));

    like "$posted->{status} $collected->{status}",
        qr/^(?:200|503) (?:401|404|409|410|503)\z/,
        "$name, a record - nobody gets in";

    # A session, and its person.

    $person = person();
    my ($session) = new_keys('s', sub { $browser
        = Test::WhatsAuth::Browser->logged_in($one, $person) });
    my ($session_else) = new_keys('s', sub { $sound
        = Test::WhatsAuth::Browser->logged_in($one, person()) });

    is private($other, $browser) . private($other, $sound), '204204',
        "$name, a session - it is good before";
    $damage{$name}->($session, $session_else);
    like private($_, $browser), qr/^(?:401|503)\z/, 'and not after'
        for $one, $other;
    is private($_, $sound), 204, 'another one is' for $one, $other;

    my ($subject) = new_keys('u', sub { $browser
        = Test::WhatsAuth::Browser->logged_in($one, $person = person()) });
    my ($subject_else) = new_keys('u', sub { $sound
        = Test::WhatsAuth::Browser->logged_in($one, person()) });

    next if $name eq 'the row of another key';   # it does not say whose it is

    $damage{$name}->($subject, $subject_else);
    is $one->request('DELETE', "/api/v1/sessions?phone=%2B$person",
        { Authorization => "Bearer $TOKEN" })->{status}, 503,
        "$name, a person - nobody says that the sessions have ended";

    my $again = Test::WhatsAuth::Browser->new($other);
    $again->log_in($person);
    is $again->cookies->{'wa-demo'}, undef, 'and no session begins';
    is private($_, $sound), 204, 'nobody else is concerned' for $one, $other;
}

$pair->holds('all others log in', map { $pair->log_in } 1 .. 4);
cmp_ok $pair->told('a row is damaged'), '>', 0, 'the log says so';
unlike $one->error_log . $other->error_log, qr/5695\d{7}/,
    'and names nobody';

$pair->stop;
$valkey->stop;

done_testing;
