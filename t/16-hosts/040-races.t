# Two hosts do what excludes each other at the same time: one of both happens,
# whoever was told otherwise was told no lie, and both hosts say the same of it
# from then on.

use strict;
use warnings;

use lib 't/lib';
use List::Util qw( uniq );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Valkey;
use Time::HiRes qw( sleep time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $ROUNDS = 6;

# Of a person, see ledger/session.h.
my $SESSIONS = 32;

my $valkey = start_valkey(replicas => 1);
my $provider = start_provider();
my $pair = start_pair($valkey, apps => whatsauth_app(
    app_secret => "$APP_SECRET phone_number_id=106540352242922 "
                  . "access_token=$ACCESS_TOKEN api=" . $provider->meta,
    more => 'login on; start_limit off; confirm unknown;
             reply_limit 1000/h 10000/h;'));
my ($one, $other) = $pair->hosts;
my $persons = 0;


sub person {
    return sprintf '5694%07d', ++$persons;
}


# A browser whose login waits for the PIN that its person was told.

sub at_pin {
    my ($browser) = @_;

    my $person = $browser->{person} = person();

    $browser->begin_login($person);
    $browser->{pin} = wait_until {
        (map { $_->{json}{to} eq "+$person"
               && $_->{json}{text}{body} =~ /\*(\d{6})\*/ ? $1 : () }
         $provider->requests)[0]
    } or die "$person gets no PIN\n";

    return $browser;
}


sub confirmed {
    my ($browser) = @_;

    at_pin($browser)->post('pin', pin => $browser->{pin});
    return $browser;
}


# One whose person has a session already.

sub known {
    my $browser = confirmed(browser());

    ($browser->{session}) = sessions($browser->post('finish'));
    return $browser;
}


sub browser { return Test::WhatsAuth::Browser->new($_[0] // $one) }


# The request of a button of the login page.

sub pressed {
    my ($browser, $name, $body) = @_;

    return [ 'POST', "/login/$name", { Cookie => $browser->cookie,
        Accept => 'application/json', 'Sec-Fetch-Site' => 'same-origin',
        'Content-Type' => 'application/x-www-form-urlencoded' },
        $body // '' ];
}


sub revocation {
    my ($person) = @_;

    return [ 'DELETE', "/api/v1/sessions?phone=%2B$person",
             { Authorization => "Bearer $TOKEN" } ];
}


# The one to the first host and the other to the second; in half of the rounds
# the other way round, and each time as much later that either may be the first.
# Returns the answers in the order of the requests.

sub race {
    my ($round, @requests) = @_;

    my @clients = map { $_->client } $round % 2 ? ($one, $other)
                                                : ($other, $one);
    my @order = $round % 4 < 2 ? (0, 1) : (1, 0);

    $clients[$order[0]]->send(@{ $requests[$order[0]] });
    sleep 0.0015 * ($round % 5);
    $clients[$order[1]]->send(@{ $requests[$order[1]] });

    return map { $_->receive } @clients;
}


# The state of a login on the pages of both hosts: one word if they agree.

sub state {
    my ($browser) = @_;

    return join ' ', uniq(map {
        my $answer = $_->get('/login/', { Cookie => $browser->cookie,
                                          'Sec-Fetch-Site' => 'none' });
        $answer->{body} =~ /\bdata-state="(\w+)"/ ? $1 : $answer->{status};
    } $pair->hosts);
}


# The answer of both gates to a session, as soon as they agree.

sub gates {
    my ($cookie) = @_;

    my $said;

    wait_until {
        $said = join ' ', uniq(map {
            $_->get('/private/', { Cookie => $cookie })->{status}
        } $pair->hosts);
        $said !~ / /;
    };

    return $said;
}


# The end of a verification, as soon as both hosts tell the same.

sub ended {
    my ($id) = @_;

    my $said;

    wait_until {
        $said = join ' ', uniq(map {
            $_->get("/api/v1/verification/$id",
                    { Authorization => "Bearer $TOKEN" })->{json}{status}
        } $pair->hosts);
        $said !~ / |requested/;
    };

    return $said;
}


# The sessions that answers to "finish" have begun.

sub sessions {
    my (@answers) = @_;

    return uniq(map { ($_->{headers}{'set-cookie'} // '')
                      =~ /\b(wa-demo=[\w-]{20,})/ } @answers);
}


sub is_sound {
    is $one->store_says('check'), "ok\n", 'the store is sound';
}


# Two wrong PINs are a loss of tries, and the right one beside them must win or
# lose as a whole.

for my $case (
    [ 'the right PIN at both', 0, [ 'pin', 0 ], [ 'pin', 0 ], 'validated' ],
    [ 'the right one and a wrong one', 0, [ 'pin', 0 ], [ 'pin', 1 ],
      'validated' ],
    [ 'the right one and the third wrong one', 2, [ 'pin', 0 ], [ 'pin', 1 ],
      'validated|failed' ],
    [ 'the second wrong one and the third', 1, [ 'pin', 1 ], [ 'pin', 2 ],
      'failed' ],
    [ 'the third wrong one at both', 2, [ 'pin', 1 ], [ 'pin', 1 ], 'failed' ],
    [ 'the right one and the end', 0, [ 'pin', 0 ], [ 'cancel' ],
      'validated|failed' ],
) {
    my ($title, $before, @both) = @$case;
    my $wanted = pop @both;
    my (@lies, %states);

    my $request = sub {
        my ($browser, $name, $off) = @_;

        return pressed($browser, $name, defined $off
            ? sprintf('pin=%06d', ($browser->{pin} + $off) % 1000000) : ());
    };

    for my $round (1 .. $ROUNDS) {
        my $browser = at_pin(browser());

        $one->request(@{ $request->($browser, 'pin', 3 + $_) })
            for 1 .. $before;

        my @answers = race($round, map { $request->($browser, @$_) } @both);
        my $state = state($browser);
        my @sessions = sessions($pair->both(pressed($browser, 'finish')));
        my @right = grep { $both[$_][0] eq 'pin' && $both[$_][1] == 0 } 0, 1;

        $states{$state}++;
        push @lies, join ' ', $state, scalar @sessions,
                    map { $_->{status}, $_->{body} } @answers
            if $state !~ /^(?:$wanted)$/
               || @sessions != ($state eq 'validated')
               || grep { ($answers[$_]{status} == 200)
                         != ($state eq 'validated') } @right;
    }

    is_deeply \@lies, [], "$title - one outcome, which both hosts tell"
        or diag explain \@lies;
    note join ', ', map { "$states{$_} x $_" } sort keys %states;
}


subtest 'a login that is finished at both' => sub {
    my %seen;

    for my $round (1 .. $ROUNDS) {
        my $browser = confirmed(browser());
        my @sessions = sessions($pair->both(pressed($browser, 'finish')));

        $seen{ join ' ', scalar @sessions, map { gates($_) } @sessions }++;
    }

    is_deeply \%seen, { '1 204' => $ROUNDS }, 'is one session, at both';
};


subtest 'a login that is finished while its person is logged out' => sub {
    my %seen;

    for my $round (1 .. $ROUNDS) {
        my $browser = known();
        $browser->begin_login($browser->{person});

        my ($finished, $revoked) = race($round, pressed($browser, 'finish'),
                                        revocation($browser->{person}));
        my ($session) = sessions($finished);

        $seen{ join ' ', $revoked->{status},
               defined $session ? gates($session) : 'none',
               gates($browser->{session}) }++;
    }

    is scalar(grep { !/^200 (?:401|none) 401\z/ } keys %seen), 0,
        'no session is left' or diag explain \%seen;
    note explain \%seen;
    is_sound();
};


# The browser is known after its first PIN, and each login is a session more.

subtest 'sessions beyond the limit, at both' => sub {
    my $browser = known();
    my $person = $browser->{person};
    my @cookies = $browser->{session};

    my $validated = sub {
        my ($host) = @_;

        my $next = browser($host);

        $next->cookies->{'wa-known-demo'}
            = $browser->cookies->{'wa-known-demo'};
        $next->begin_login($person);
        return $next;
    };

    push @cookies, sessions($validated->()->post('finish'))
        while @cookies < $SESSIONS;

    for my $round (1 .. 4) {
        my @finished = $pair->both(map { pressed($validated->($_), 'finish') }
                                   $one, $other);
        my @new = sessions(@finished);

        is scalar @new, 2, "round $round - two sessions more";
        is join(' ', map { gates($_) } splice @cookies, 0, 2), '401 401',
            'and the two oldest have ended';
        push @cookies, @new;
    }

    is scalar(grep { gates($_) eq '204' } @cookies), $SESSIONS,
        'all others - are good at both';
    is_sound();
    is $other->request(@{ revocation($person) })->{json}{ended}, $SESSIONS,
        'revoked - each of them';
};

$pair->stop;
$provider->stop;


# Without PINs a message decides, for codes that live for some seconds.

my $EXPIRES = 3;

$pair = start_pair($valkey, app => "expires ${EXPIRES}s;",
    store => 'prefix=short');
($one, $other) = $pair->hosts;


subtest 'a message while its login is cancelled' => sub {
    my (@odd, %states);

    for my $round (1 .. 2 * $ROUNDS) {
        my $browser = browser();
        $browser->post('start');
        $browser->get('/login/');

        my @answers = race($round, pressed($browser, 'cancel'),
            [ $one->message_request(text_message($browser->text,
                                                 from => person())) ]);
        my $state = state($browser);
        my @sessions = sessions($pair->both(pressed($browser, 'finish')));

        $states{$state}++;
        push @odd, join ' ', $state, scalar @sessions,
                   map { $_->{status} } @answers
            if $state !~ /^(?:failed|validated)\z/
               || @sessions != ($state eq 'validated')
               || grep { $_->{status} != 200 } @answers;
    }

    is_deeply \@odd, [], 'one of them - has happened' or diag explain \@odd;
    note explain \%states;
};


# At the last moment of a code, and while it is swept.

subtest 'a message at the end of its code' => sub {
    my (@codes, %heard, %said);

    for my $n (1 .. 24) {
        my $issued = $one->issue(claim => 1);

        push @codes, { id => $issued->{headers}{'whatsauth-id'},
                       code => $issued->{json}{code},
                       at => time + $EXPIRES - 0.25 + 0.05 * $n };
        sleep 0.01;
    }

    for my $code (@codes) {
        sleep $code->{at} - time if $code->{at} > time;
        $pair->both([ $one->message_request(
            text_message(">>$code->{code}<<", from => person())) ]);
    }

    $said{ $_->{status} = ended($_->{id}) }++ for @codes;
    is scalar(grep { !/^(?:validated|expired)\z/ } keys %said), 0,
        'each has one end, at both hosts' or diag explain \%said;
    note explain \%said;

    wait_until {
        %heard = $pair->site->heard;
        !grep { !$heard{$_->{id}} } @codes;
    } 20;

    is scalar(grep {
        my @calls = uniq(@{ $heard{$_->{id}} // [] });
        @calls != 1 || $calls[0] !~ /"status":"$_->{status}"/
    } @codes), 0, 'of which the site hears, and of no other';
};

$pair->stop;
$valkey->stop;

done_testing;
