package Test::WhatsAuth::Watched;

=head1 NAME

Test::WhatsAuth::Watched - codes that the module t/door/door_watch.c watches

=head1 SYNOPSIS

    my $watched = Test::WhatsAuth::Watched->new;
    my $nginx = start_nginx(server => $watched->location);

    my @codes = $watched->issue($nginx, 100);
    $watched->watch($nginx, $worker, @codes);
    $watched->decide($nginx, @codes);

    is $watched->missing, 0;
    say for $watched->latencies(0.5, 0.99);

=head1 DESCRIPTION

A code is a hash with C<code> and C<id>.  C<load> has nginx load the module
behind ours, or returns why it cannot; C<location> is what a server needs for
it.

C<decide> sends a message for each code, a batch in each POST, and sends those
POSTs again that get no 200, as providers do; a function before the codes is
called while the first of them are under way.

C<watch_sessions> has a worker watch sessions by their ids; the status of their
calls is C<ended>.

C<calls> are the calls so far: C<pid>, C<id>, C<status>, and C<since>, the
microseconds since the record was written.  C<missing> is how many of the codes
that C<decide> had, or C<expect>, have not been called; it waits for a while.

=cut

use strict;
use warnings;

use List::Util qw( min );
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

my $BATCH = 100;                # messages of one POST, ids of one request
my $CLIENTS = 20;


sub load {
    my $watch = "$TOP/build/ngx_http_whatsauth_door_watch_module.so";

    return 'the modules that are loaded are given'
        if defined $ENV{TEST_NGINX_LOAD_MODULES};
    return "there is no $watch" if !-e $watch;

    $ENV{TEST_NGINX_LOAD_MODULES} =
        "$TOP/build/ngx_http_whatsauth_module.so $watch";

    return;
}


sub new {
    my ($class) = @_;

    return bless { file => slot_folder() . '/called', decided => [] }, $class;
}


sub location {
    my ($self) = @_;

    return "location /watch/ { door_watch $self->{file}; }";
}


sub issue {
    my ($self, $nginx, $n) = @_;

    my @clients = map { $nginx->client } 1 .. $CLIENTS;
    my @codes;

    while (@codes < $n) {
        my @busy = @clients[0 .. min($CLIENTS, $n - @codes) - 1];
        $_->send($nginx->issue_request) for @busy;

        for my $answer (map { $_->receive } @busy) {
            push @codes, {
                code => $answer->{json}{code},
                id => $answer->{headers}{'whatsauth-id'},
            };
        }
    }

    return @codes;
}


sub watch {
    my ($self, $nginx, $worker, @codes) = @_;

    watch_ids($nginx, $worker, '', map { $_->{id} } @codes);
}


sub watch_sessions {
    my ($self, $nginx, $worker, @ids) = @_;

    watch_ids($nginx, $worker, '?session', @ids);
}


sub watch_ids {
    my ($nginx, $worker, $query, @ids) = @_;

    my $client = $nginx->client($worker);

    while (my @some = splice @ids, 0, $BATCH) {
        my $path = '/watch/' . join ',', @some;
        my $answer = $client->request('GET', $path . $query);

        die "watch: $answer->{status}\n" if $answer->{body} != $worker;
    }
}


sub expect {
    my ($self, @codes) = @_;

    push @{ $self->{decided} }, map { $_->{id} } @codes;
}


sub decide {
    my ($self, $nginx, @codes) = @_;

    my $meanwhile = ref $codes[0] eq 'CODE' ? shift @codes : undef;
    my @bodies;

    $self->expect(@codes);

    while (my @some = splice @codes, 0, $BATCH) {
        push @bodies, meta_payload(map { message($_->{code}) } @some);
    }

    while (@bodies) {
        my @sent = map { [ client($nginx), $_ ] } @bodies;
        $_->[0] && $_->[0]->send($nginx->message_request($_->[1])) for @sent;

        $meanwhile->() if $meanwhile;
        $meanwhile = undef;

        @bodies = map { $_->[1] }
                  grep { !$_->[0] || $_->[0]->receive->{status} != 200 } @sent;
    }
}


# undef while no worker listens.

sub client {
    my ($nginx) = @_;

    return eval { Test::WhatsAuth::Client->connect($nginx->port) };
}


sub message {
    my ($code) = @_;

    my $from = '56911111111';

    return {
        messaging_product => 'whatsapp',
        metadata => {
            display_phone_number => $PHONE =~ tr/0-9//cdr,
            phone_number_id => '106540352242922',
        },
        contacts => [ { profile => { name => 'x' }, wa_id => $from } ],
        messages => [ {
            from => $from, id => "wamid.$code", timestamp => '' . int(time),
            type => 'text', text => { body => ">>$code<<" },
        } ],
    };
}


sub calls {
    my ($self) = @_;

    open my $in, '<', $self->{file} or die "$self->{file}: $!\n";

    return map {
        my %call;
        @call{qw( pid id status since )} = split;
        \%call;
    } <$in>;
}


sub missing {
    my ($self, $seconds) = @_;

    my %missing;

    wait_until {
        %missing = map { $_ => 1 } @{ $self->{decided} };
        delete @missing{map { $_->{id} } $self->calls};
        !%missing;
    } $seconds // 5;

    return scalar keys %missing;
}


# In milliseconds, each the part of the calls that came no later.

sub latencies {
    my ($self, @parts) = @_;

    my @since = sort { $a <=> $b } map { $_->{since} / 1000 } $self->calls;

    return map { $since[$_ * $#since] } @parts;
}


1;
